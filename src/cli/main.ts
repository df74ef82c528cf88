import { AURORA_COMMANDS } from './command-tree.js';
import { runInProcess } from './process-host.js';
import { VERSION } from './version.js';

void runInProcess({ name: 'aurora', version: VERSION, commands: AURORA_COMMANDS });
