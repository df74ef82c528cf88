#!/usr/bin/env node
import '../dist/aurora.js';
