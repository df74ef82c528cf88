import type { Runtime } from '../language/value.js';
import type { Container, DockerContainer, Image, MesosContainer, Volume } from '../model/task-config.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { invalidConfig } from './config-error.js';
import { chosenOf, structOf, structsOf, textOf } from './plain-fields.js';
import { emptied } from './validate-update.js';

/** The container of a job; without one the Mesos container with neither image nor volumes. */
export function convertContainer(job: StructObject, runtime: Runtime): Container {
  const container = chosenOf(job, 'container');
  if (!container) return { mesos: {} };
  if (container.type.slots.has('parameters')) return { docker: toDocker(container, runtime) };
  if (container.type.slots.has('volumes')) return { mesos: toMesos(container, runtime) };
  const docker = structOf(container, 'docker');
  if (docker) return { docker: toDocker(docker, runtime) };
  throw invalidConfig('If a container is specified it must set one type.', {
    code: 'empty-container',
    span: container.origin?.span() ?? job.origin?.partSpan('container'),
    suggestion: "Write container=Docker(image='name:tag'), or leave the container out.",
  });
}

function toDocker(docker: StructObject, runtime: Runtime): DockerContainer {
  return {
    image: required(docker, 'image', runtime),
    parameters: structsOf(docker, 'parameters').map((parameter) => ({
      name: required(parameter, 'name', runtime),
      value: required(parameter, 'value', runtime),
    })),
  };
}

function toMesos(mesos: StructObject, runtime: Runtime): MesosContainer {
  const image = chosenOf(mesos, 'image');
  return {
    ...(image && { image: toImage(image, runtime) }),
    volumes: structsOf(mesos, 'volumes').map((volume): Volume => ({
      containerPath: required(volume, 'container_path', runtime),
      hostPath: required(volume, 'host_path', runtime),
      mode: required(volume, 'mode', runtime) === 'RO' ? 'RO' : 'RW',
    })),
  };
}

function toImage(image: StructObject, runtime: Runtime): Image {
  const name = required(image, 'name', runtime);
  return image.type.slots.has('tag')
    ? { docker: { name, tag: required(image, 'tag', runtime) } }
    : { appc: { name, imageId: required(image, 'image_id', runtime) } };
}

function required(owner: StructObject, field: string, runtime: Runtime): string {
  const text = textOf(owner, field, runtime);
  if (text === undefined) throw emptied(owner, field, 'check');
  return text;
}
