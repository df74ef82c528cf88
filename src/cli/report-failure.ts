import { DiagnosticError, renderDiagnostic } from '../base/diagnostic.js';
import { ClusterFileError, UnknownClusterError } from '../client/cluster.js';
import { ClusterApiError } from '../client/cluster-api.js';
import { Interruption } from '../client/interruption.js';
import { LocalClusterError } from '../client/local-cluster.js';
import { SchedulerError, type SchedulerFailure } from '../client/scheduler-error.js';
import { TransportError } from '../client/transport.js';
import { nearest } from '../base/nearest.js';
import type { Console } from './console.js';
import { CommandError, EXIT } from './exit-codes.js';

const EXIT_OF_FAILURE: Readonly<Record<SchedulerFailure, number>> = {
  'not-retriable': EXIT.networkError,
  authentication: EXIT.authError,
  timeout: EXIT.timeout,
  protocol: EXIT.unknownError,
  'no-address': EXIT.invalidConfiguration,
  'not-running': EXIT.networkError,
};

/** Says what ended a command and gives its exit code; what no user can cause is rethrown. */
export function reportFailure(error: unknown, console: Console): number {
  if (error instanceof CommandError) {
    if (!error.shown) console.err(error.message);
    return error.exitCode;
  }
  if (error instanceof Interruption) {
    console.log('ERROR', error.message);
    return EXIT.interrupted;
  }
  if (error instanceof SchedulerError) {
    if (error.failure === 'authentication') console.log('ERROR', '');
    console.err(
      error.failure === 'protocol' ? `Fatal error running command: ${error.message}` : error.message,
    );
    return EXIT_OF_FAILURE[error.failure];
  }
  if (error instanceof UnknownClusterError) return reportUnknownCluster(error, console);
  if (error instanceof DiagnosticError) {
    for (const diagnostic of error.diagnostics)
      console.errRaw(renderDiagnostic(diagnostic, console.errorStyle));
    return EXIT.invalidConfiguration;
  }
  if (error instanceof ClusterFileError) {
    console.err(error.message);
    return EXIT.invalidConfiguration;
  }
  if (error instanceof LocalClusterError || error instanceof ClusterApiError) {
    console.err(error.message);
    return EXIT.commandFailure;
  }
  if (error instanceof TransportError) {
    console.err(error.message);
    return EXIT.networkError;
  }
  if (isRefusalOfTheSystem(error)) {
    console.err(error.message);
    return EXIT.commandFailure;
  }
  throw error;
}

/** A full disk, a missing permission: Node's text names the path and what was refused. */
function isRefusalOfTheSystem(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'code' in error;
}

function reportUnknownCluster(error: UnknownClusterError, console: Console): number {
  console.err(error.message);
  if (console.stderr.isTerminal) {
    const near = nearest(error.cluster, error.known);
    console.err(near === undefined ? `Known clusters: ${error.known.join(', ')}` : `Did you mean "${near}"?`);
  }
  return EXIT.invalidConfiguration;
}
