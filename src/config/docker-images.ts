import { DiagnosticError } from '../base/diagnostic.js';
import { Environment } from '../pystachio/environment.js';
import { Ref } from '../pystachio/ref.js';
import { Scopes } from '../pystachio/scope.js';
import { ConfigError, guarded } from './config-error.js';
import { matchesSelector } from './job-key-text.js';
import type { JobSelector, LoadedConfig } from './loaded-config.js';

/** An image named in a `{{docker.image[name][tag]}}`. */
export interface ImageName {
  /** `library/nginx`, `registry.example.net/team/app`. */
  readonly name: string;
  readonly tag: string;
}

/** Finds the digest of an image: `name@sha256:...`, as the registry's manifest says. Rejects with a plain reason. */
export type ImageResolver = (image: ImageName) => Promise<string>;

const IMAGE_REF = Ref.parse('docker.image');

/**
 * Replaces every `{{docker.image[name][tag]}}` of the selected jobs by the digest that the registry gives for that tag,
 * so that all instances run one image whatever happens to the tag. Each image is asked for once. A config
 * without such references comes back as it is.
 */
export async function bindDockerImages(
  config: LoadedConfig,
  resolve: ImageResolver,
  selector: JobSelector = {},
): Promise<LoadedConfig> {
  const images = dockerImages(config, selector);
  if (images.length === 0) return config;
  const pairs = await Promise.all(
    images.map(async (image) => {
      const digest = await resolve(image).catch((error: unknown) => {
        const reason = error instanceof Error ? error.message : String(error);
        throw new ConfigError(
          'DockerClientException',
          `Could not resolve ${image.name}:${image.tag}: ${reason}`,
          {
            code: 'unresolved-image',
            notes: [`it is used as {{docker.image[${image.name}][${image.tag}]}}`],
          },
        );
      });
      return [`docker.image[${image.name}][${image.tag}]`, digest] as const;
    }),
  );
  const environment = Environment.ofTexts(pairs, 'the docker registry');
  return { ...config, jobs: config.jobs.map((job) => job.withScopes(new Scopes(environment, job.scopes))) };
}

/** Every image that the selected jobs of a config refer to, each once. */
export function dockerImages(config: LoadedConfig, selector: JobSelector = {}): ImageName[] {
  const images = new Map<string, ImageName>();
  for (const ref of unboundRefs(config, selector)) {
    const below = ref.after(IMAGE_REF);
    if (below?.components.length !== 2 || below.components.some(({ kind }) => kind !== 'index')) continue;
    const [name, tag] = below.components;
    if (name && tag) images.set(ref.address, { name: name.name, tag: tag.name });
  }
  return [...images.values()];
}

/** A job that cannot be interpolated is reported when it is picked, not here. */
function unboundRefs(config: LoadedConfig, selector: JobSelector): Ref[] {
  const { runtime } = config.evaluation;
  const unbound: Ref[] = [];
  for (const job of config.jobs) {
    if (!job.isTemplated()) continue;
    try {
      guarded(config.evaluation, () => {
        if (matchesSelector(job, selector, runtime)) job.interpolate(null, unbound, runtime);
      });
    } catch (error) {
      if (!(error instanceof DiagnosticError)) throw error;
    }
  }
  return unbound;
}
