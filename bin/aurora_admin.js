#!/usr/bin/env node
require('../dist/aurora_admin.cjs');
