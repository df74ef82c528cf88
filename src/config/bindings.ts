import { Environment } from '../pystachio/environment.js';
import { PystachioError } from '../pystachio/pystachio-error.js';
import { Ref } from '../pystachio/ref.js';
import { ConfigError } from './config-error.js';

/** One `--bind` option: an address and the text it stands for. */
export interface Binding {
  readonly address: string;
  readonly value: string;
}

/** Splits `NAME=VALUE` at the first `=`. Throws a ConfigError that names what is wrong with it. */
export function parseBinding(text: string): Binding {
  const at = text.indexOf('=');
  if (at < 0) {
    throw new ConfigError('ArgumentTypeError', 'Binding parameter must be formatted name=value', {
      code: 'bad-binding',
      notes: [`got --bind ${text}`],
      suggestion: `Write --bind ${text}=VALUE.`,
    });
  }
  const name = text.slice(0, at);
  try {
    return { address: Ref.parse(name).address, value: text.slice(at + 1) };
  } catch (error) {
    if (!(error instanceof PystachioError)) throw error;
    throw new ConfigError(
      'ArgumentTypeError',
      `Could not parse binding parameter ${name}: ${error.message}`,
      {
        code: 'bad-binding',
        notes: ['a name is an address: name, a.b or ports[http]'],
      },
    );
  }
}

/** The scope of all `--bind` options: later ones win. Undefined without any. */
export function bindingEnvironment(bindings: readonly string[]): Environment | undefined {
  if (bindings.length === 0) return undefined;
  const pairs = bindings.map(parseBinding).map(({ address, value }) => [address, value] as const);
  return Environment.ofTexts(pairs, '--bind');
}
