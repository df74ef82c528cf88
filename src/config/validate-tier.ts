import type { StructObject } from '../pystachio/struct-object.js';
import { flagOf } from './plain-fields.js';
import type { Notice } from './validate-announce.js';

const BAR = '*'.repeat(80);
const DEPRECATED = [
  '',
  BAR,
  '* The command you ran is deprecated and will soon break!',
  "* Job configuration attribute 'production' is deprecated.",
  "* Use 'tier' attribute instead. For more information please refer to ",
  '* http://aurora.apache.org/documentation/latest/reference/configuration/#job-objects',
  BAR,
  '',
].join('\n');

/** `production` without `tier` still works, with a warning. */
export function validateTier(job: StructObject): Notice[] {
  if (job.has('tier') || !flagOf(job, 'production')) return [];
  const span = job.origin?.partSpan('production') ?? job.origin?.span();
  return [
    {
      text: DEPRECATED,
      diagnostic: {
        severity: 'warning',
        code: 'deprecated-field',
        message: "Job configuration attribute 'production' is deprecated",
        ...(span && { span }),
        suggestion: "Use tier='preferred' instead.",
      },
    },
  ];
}
