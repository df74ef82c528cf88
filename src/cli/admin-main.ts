import { runAdmin } from './admin/run-admin.js';
import { processStreams, runAndExit } from './process-host.js';

void runAndExit((argv, host) => runAdmin(argv, host, processStreams()));
