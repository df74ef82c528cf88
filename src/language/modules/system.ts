import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';
import { Tuple } from '../values/tuple.js';
import { moduleNames, refusedFunction } from './names.js';

/** `getpass` */
export function getpassModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  return moduleNames(
    [
      [
        'getuser',
        '',
        () => {
          runtime.refuseHermetic('reading the user name');
          return runtime.options.host.userName;
        },
      ],
    ],
    [['getpass', refusedFunction('getpass', 'it cannot ask questions')]],
  );
}

/** `socket`: the host's name, and nothing that reaches the network. */
export function socketModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const name = (): Value => {
    runtime.refuseHermetic('reading the host name');
    return runtime.options.host.hostname;
  };
  const names = moduleNames([
    ['gethostname', '', name],
    ['getfqdn', 'name?', ([given]) => (given === undefined ? name() : given)],
  ]);
  for (const refused of ['socket', 'create_connection', 'gethostbyname', 'getaddrinfo', 'gethostbyaddr']) {
    names.set(refused, refusedFunction(refused, 'it may not use the network'));
  }
  names.set('error', runtime.exceptions.get('IOError'));
  return names;
}

/** `platform` */
export function platformModule(runtime: Evaluator): ReadonlyMap<string, Value> {
  const { host } = runtime.options;
  const ask = (value: string) => (): Value => {
    runtime.refuseHermetic('reading facts of the machine');
    return value;
  };
  const version = runtime.python3 ? '3.11.0' : '2.7.18';
  return moduleNames([
    ['system', '', ask(host.system)],
    ['machine', '', ask(host.machine)],
    ['processor', '', ask(host.machine)],
    ['release', '', ask(host.release)],
    ['node', '', ask(host.hostname)],
    ['version', '', ask('')],
    ['platform', '*', ask(`${host.system}-${host.release}-${host.machine}`)],
    ['python_version', '', () => version],
    ['python_version_tuple', '', () => new Tuple(version.split('.'))],
    ['python_implementation', '', () => 'Aurora'],
    ['uname', '', () => new Tuple([host.system, host.hostname, host.release, '', host.machine, ''])],
  ]);
}
