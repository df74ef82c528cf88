import type { SourceFile, Span } from '../base/source.js';
import type { Runtime, Value } from '../language/value.js';
import { Dict } from '../language/values/dict.js';
import { List } from '../language/values/list.js';
import { JsonError, readJson, type JsonPlaces } from '../pystachio/json-reader.js';
import { DataOrigin } from '../pystachio/origin.js';
import { PystachioError } from '../pystachio/pystachio-error.js';
import type { StructObject } from '../pystachio/struct-object.js';
import { MesosJob } from './aurora-schema.js';
import { ConfigError, fromPystachio } from './config-error.js';

/** The jobs of a JSON config: `{"jobs": [...]}`, or one job alone. Unknown fields are refused at any depth. */
export function jsonJobs(file: SourceFile, runtime: Runtime): StructObject[] {
  const { value, places } = parse(file, runtime);
  const whole: Span = { file, start: 0, end: file.text.length };
  if (!(value instanceof Dict)) throw notObject(value, whole, runtime);
  const jobs = value.get('jobs', runtime);
  if (jobs === undefined) return [toJob(value, whole, 0, runtime)];
  if (!(jobs instanceof List)) throw notObject(jobs, whole, runtime);
  return jobs.items.map((job, index) => toJob(job, elementSpan(jobs, index, places, whole), index, runtime));
}

function parse(file: SourceFile, runtime: Runtime): { value: Value; places: JsonPlaces } {
  try {
    return readJson(file.text, runtime);
  } catch (error) {
    if (!(error instanceof JsonError)) throw error;
    throw new ConfigError('ValueError', error.message, {
      code: 'json-syntax',
      span: { file, start: error.offset, end: error.offset + 1 },
      notes: ['the file is read as JSON'],
    });
  }
}

function elementSpan(list: List, index: number, places: JsonPlaces, whole: Span): Span {
  const place = places.get(list)?.get(index);
  return place ? { file: whole.file, start: place[0], end: place[1] } : whole;
}

function toJob(value: Value, span: Span, index: number, runtime: Runtime): StructObject {
  if (!(value instanceof Dict)) throw notObject(value, span, runtime);
  try {
    return MesosJob.wrap(value, new DataOrigin(() => span), runtime);
  } catch (error) {
    throw error instanceof PystachioError ? fromPystachio(error, { span }, `jobs[${index}]`) : error;
  }
}

function notObject(value: Value, span: Span, runtime: Runtime): ConfigError {
  return new ConfigError('ValueError', `Expected dictionary argument, got ${runtime.repr(value)}`, {
    code: 'wrong-type',
    span,
    notes: ['a JSON config is {"jobs": [job, ...]} or one job object'],
  });
}
