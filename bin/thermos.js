#!/usr/bin/env node
import '../dist/thermos.js';
