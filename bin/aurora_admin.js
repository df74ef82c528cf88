#!/usr/bin/env node
import '../dist/aurora_admin.js';
