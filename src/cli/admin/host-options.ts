import { resolve } from 'node:path';
import { integerOption, textOption, textOptionWithDefault } from '../argument-spec.js';
import { AdminError, type AdminSession } from './admin-command.js';

/** Options by which maintenance commands are told their hosts. */
export const filenameOption = textOption(['--filename'], {
  metavar: 'FILENAME',
  help: 'Name of the file with hostnames',
});

export const hostsOption = textOption(['--hosts'], {
  metavar: 'HOSTS',
  help: 'Comma separated list of hosts',
});

export const groupingOption = textOptionWithDefault(['--grouping'], 'by_host', {
  metavar: 'GROUPING',
  help: 'Grouping function to use to group hosts. Options: by_host, none. [default: by_host]',
});

export const minInstancesOption = integerOption(['--min_job_instance_count'], 10, {
  metavar: 'COUNT',
  help: 'Min job instance count to consider for SLA purposes. Default 10.',
});

/** The hosts of `--hosts` or `--filename`: exactly one of the two must be there. */
export function readHosts(session: AdminSession): string[] {
  const file = session.args.get(filenameOption);
  const list = session.args.get(hostsOption);
  if ((file === undefined) === (list === undefined))
    throw new AdminError('Please specify either --filename or --hosts');
  const text = file === undefined ? (list ?? '') : readHostFile(session, file);
  const hosts = text.split(file === undefined ? ',' : '\n').map((host) => host.trim());
  const named = [...new Set(hosts.filter((host) => host !== ''))].sort();
  if (named.length === 0) throw new AdminError('No valid hosts found.');
  return named;
}

export function readHostFile(session: AdminSession, path: string): string {
  const { files, workingDirectory } = session.host;
  const full = resolve(workingDirectory, path);
  if (!files.exists(full)) throw new AdminError(`No such file: ${path}`);
  return files.readText(full);
}

export type HostGroups = ReadonlyMap<string, readonly string[]>;

/** Hosts that are handled together, by the name of their group, in sorted order. */
export function groupHosts(session: AdminSession, hosts: readonly string[]): HostGroups {
  const grouping = session.args.get(groupingOption);
  if (grouping === 'none') return new Map([['_all_hosts_', hosts]]);
  if (grouping !== 'by_host')
    throw new AdminError(`Unknown grouping function ${grouping}. Must be one of: ['none', 'by_host']`);
  return new Map([...hosts].sort().map((host) => [host, [host]]));
}
