#!/usr/bin/env node
require('../dist/thermos.cjs');
