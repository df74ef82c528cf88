import { nearest } from '../base/nearest.js';
import type { AgentResources, AgentSettings } from '../model/agent-protocol.js';
import { DEFAULT_OPTIONS, type AgentOptions } from './agent-environment.js';
import { JsonMismatch, JsonReader } from './json-reader.js';

/** What `DIR/settings.json` holds, and the operator's own options for this agent, all of them optional. */
export interface LoadedSettings extends AgentSettings {
  readonly options: AgentOptions;
}

/**
 * Reads the settings that the daemon has written, and the text of `DIR/options.json` when there is one: an
 * object with any of requireRoleUser, cpuQuota, processLimit, observerPort, gcDelaySecs, fetcherCacheBytes,
 * namespaces. Throws JsonMismatch.
 */
export function readSettings(text: string, optionsText?: string): LoadedSettings {
  const settings = JsonReader.parse(text, 'settings.json');
  return {
    cluster: settings.required('cluster').string(),
    host: settings.required('host').string(),
    schedulerSocketPath: settings.required('schedulerSocketPath').string(),
    socketPath: settings.required('socketPath').string(),
    attributes: (settings.field('attributes')?.items() ?? []).map((attribute) => ({
      name: attribute.required('name').string(),
      values: attribute
        .required('values')
        .items()
        .map((value) => value.string()),
    })),
    resources: readResources(settings.required('resources')),
    options: readOptions(
      optionsText === undefined ? undefined : JsonReader.parse(optionsText, 'options.json'),
    ),
  };
}

function readResources(resources: JsonReader): AgentResources {
  const revocableCpus = resources.field('revocableCpus')?.number();
  const revocableRamMb = resources.field('revocableRamMb')?.number();
  return {
    ...(revocableCpus !== undefined && { revocableCpus }),
    ...(revocableRamMb !== undefined && { revocableRamMb }),
    cpus: resources.required('cpus').number(),
    ramMb: resources.required('ramMb').number(),
    diskMb: resources.required('diskMb').number(),
    gpus: resources.field('gpus')?.number() ?? 0,
    portRanges: (resources.field('portRanges')?.items() ?? []).map((range) => {
      const [first, last] = range.items().map((port) => port.integer());
      if (first === undefined || last === undefined)
        throw new JsonMismatch(`${range.path} must be two ports`);
      return [first, last] as const;
    }),
  };
}

const OPTION_NAMES = [...Object.keys(DEFAULT_OPTIONS).filter((name) => name !== 'gcDelayMs'), 'gcDelaySecs'];

function readOptions(options: JsonReader | undefined): AgentOptions {
  if (!options) return DEFAULT_OPTIONS;
  for (const [name, value] of options.entries()) {
    if (OPTION_NAMES.includes(name)) continue;
    const suggestion = nearest(name, OPTION_NAMES);
    const hint =
      suggestion === undefined ? `known are ${OPTION_NAMES.join(', ')}` : `did you mean ${suggestion}?`;
    throw new JsonMismatch(`${value.path} is no option of an agent: ${hint}`);
  }
  const seconds = (name: string): number | undefined => options.field(name)?.number();
  const observerPort = options.field('observerPort')?.integer();
  const gcDelaySecs = seconds('gcDelaySecs');
  return {
    requireRoleUser: options.field('requireRoleUser')?.boolean() ?? DEFAULT_OPTIONS.requireRoleUser,
    cpuQuota: options.field('cpuQuota')?.boolean() ?? DEFAULT_OPTIONS.cpuQuota,
    processLimit: options.field('processLimit')?.integer() ?? DEFAULT_OPTIONS.processLimit,
    observerPort: observerPort ?? DEFAULT_OPTIONS.observerPort,
    gcDelayMs: gcDelaySecs === undefined ? DEFAULT_OPTIONS.gcDelayMs : gcDelaySecs * 1000,
    fetcherCacheBytes: options.field('fetcherCacheBytes')?.number() ?? DEFAULT_OPTIONS.fetcherCacheBytes,
    namespaces: (options.field('namespaces')?.items() ?? []).map(readNamespace),
  };
}

function readNamespace(reader: JsonReader): 'tmp' {
  const name = reader.string();
  if (name === 'tmp') return name;
  throw new JsonMismatch(`${reader.path} must be "tmp", not ${JSON.stringify(name)}`);
}
