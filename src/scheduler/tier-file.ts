import { parse } from 'yaml';
import { err, ok, type Result } from '../base/result.js';
import type { Tier, Tiers } from './tiers.js';

/** Reads `{default: NAME, tiers: {NAME: {preemptible, revocable}}}` as JSON or YAML; the error is a sentence. */
export function parseTiers(text: string): Result<Tiers, string> {
  let document: unknown;
  try {
    document = parse(text, { mapAsMap: true }) as unknown;
  } catch (error) {
    return err(error instanceof Error ? error.message : String(error));
  }
  if (!(document instanceof Map)) return err('A tier file must hold an object with `default` and `tiers`.');
  for (const key of document.keys() as Iterable<unknown>)
    if (key !== 'default' && key !== 'tiers') return err(`Unknown property ${JSON.stringify(key)}.`);
  const defaultTier = document.get('default') as unknown;
  const tiers = document.get('tiers') as unknown;
  if (typeof defaultTier !== 'string' || defaultTier === '') return err('Default tier name cannot be empty.');
  if (!(tiers instanceof Map) || tiers.size === 0) return err('Tiers cannot be empty.');
  const parsed = new Map<string, Tier>();
  for (const [name, settings] of tiers as Map<unknown, unknown>) {
    const tier = parseTier(settings);
    if (typeof name !== 'string' || !tier.ok)
      return err(
        `Tier '${typeof name === 'string' ? name : '(not text)'}': ${tier.ok ? 'the name must be text' : tier.error}`,
      );
    parsed.set(name, tier.value);
  }
  if (!parsed.has(defaultTier)) return err('Default tier name should match supplied tiers.');
  return ok({ defaultTier, tiers: parsed });
}

function parseTier(settings: unknown): Result<Tier, string> {
  if (!(settings instanceof Map)) return err('must be an object with `preemptible` and `revocable`.');
  for (const [name, value] of settings as Map<unknown, unknown>) {
    if (name !== 'preemptible' && name !== 'revocable') return err(`Unknown property '${String(name)}'.`);
    if (typeof value !== 'boolean') return err(`'${name}' must be true or false.`);
  }
  return ok({
    preemptible: settings.get('preemptible') === true,
    revocable: settings.get('revocable') === true,
  });
}
