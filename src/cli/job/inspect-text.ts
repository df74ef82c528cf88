/** The fields of an interpolated job, in its JSON form, that `job inspect` shows. */
export interface InspectedJob {
  readonly name: string;
  readonly role: string;
  readonly cluster: string;
  readonly contact?: string;
  readonly instances: number;
  readonly cron_schedule?: string;
  readonly cron_collision_policy?: string;
  readonly constraints?: Readonly<Record<string, string>>;
  readonly partition_policy?: { readonly reschedule: boolean; readonly delay_secs: number };
  readonly service: boolean;
  readonly production: boolean;
  readonly task: {
    readonly name: string;
    readonly constraints?: ReadonlyArray<{ readonly order?: readonly string[] }>;
    readonly processes: readonly InspectedProcess[];
  };
}

interface InspectedProcess {
  readonly name: string;
  readonly daemon: boolean;
  readonly ephemeral: boolean;
  readonly final: boolean;
  readonly cmdline: string;
}

/** The original's description of a job, line by line. */
export function inspectText(job: InspectedJob): string {
  const { task } = job;
  const orders = task.constraints ?? [];
  return [
    'Job level information',
    `  name:       '${job.name}'`,
    `  role:       '${job.role}'`,
    ...(job.contact === undefined ? [] : [`  contact:    '${job.contact}'`]),
    `  cluster:    '${job.cluster}'`,
    `  instances:  '${job.instances}'`,
    ...(job.cron_schedule === undefined
      ? []
      : [
          '  cron:',
          `    schedule: '${job.cron_schedule}'`,
          `    policy:   '${job.cron_collision_policy ?? ''}'`,
        ]),
    ...constraintLines(job.constraints),
    ...(job.partition_policy
      ? [
          '  partition_policy:',
          `    reschedule: ${pythonBoolean(job.partition_policy.reschedule)}`,
          `    delay_secs: '${job.partition_policy.delay_secs}'`,
        ]
      : []),
    `  service:    ${pythonBoolean(job.service)}`,
    `  production: ${pythonBoolean(job.production)}`,
    '',
    'Task level information',
    `  name: '${task.name}'`,
    ...(orders.length === 0
      ? []
      : ['  constraints:', ...orders.map(({ order }) => `  ${(order ?? []).join(' < ')}`)]),
    '',
    ...task.processes.flatMap(processLines),
  ].join('\n');
}

function constraintLines(constraints: Readonly<Record<string, string>> | undefined): string[] {
  const entries = Object.entries(constraints ?? {});
  if (entries.length === 0) return [];
  return ['  constraints:', ...entries.map(([name, value]) => `    '${name}': '${value}'`)];
}

function processLines(process: InspectedProcess): string[] {
  return [
    `Process '${process.name}':`,
    ...(['daemon', 'ephemeral', 'final'] as const).filter((flag) => process[flag]).map((flag) => `  ${flag}`),
    '  cmdline:',
    ...process.cmdline
      .replace(/\n$/, '')
      .split('\n')
      .map((line) => `    ${line}`),
    '',
  ];
}

function pythonBoolean(value: boolean): string {
  return value ? 'True' : 'False';
}
