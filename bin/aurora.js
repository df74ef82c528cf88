#!/usr/bin/env node
require('../dist/aurora.cjs');
