import type { AgentSettings } from '../model/agent-protocol.js';
import type { AgentResources } from '../model/resources.js';
import type { AgentOptions } from './agent-options.js';
import { readOptions } from './agent-options.js';
import { JsonMismatch, JsonReader } from './json-reader.js';

/** What `DIR/settings.json` holds, options completed by their defaults. */
export interface LoadedSettings extends Omit<AgentSettings, 'options'> {
  readonly options: AgentOptions;
}

/**
 * Reads the settings that the daemon has written, with the options of clusters.yaml. The text of
 * `DIR/options.json`, when there is one, comes on top: an object of the same options. Throws JsonMismatch.
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
    options: readOptions([
      settings.field('options'),
      optionsText === undefined ? undefined : JsonReader.parse(optionsText, 'options.json'),
    ]),
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
