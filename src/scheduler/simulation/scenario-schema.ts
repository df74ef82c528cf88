/** JSON Schema of a scenario file. */
const duration = { type: 'string', pattern: '^\\d+(ms|secs|mins|hrs|days)$' };
const size = { type: 'string', pattern: '^\\d+(KB|MB|GB|TB)$' };
const share = { type: 'number', minimum: 0, maximum: 1 };
const jobKey = { type: 'string', pattern: '^[\\w.-]+/[\\w.-]+/[\\w.-]+$' };

const selector = {
  hosts: { oneOf: [{ type: 'string' }, { type: 'array', items: { type: 'string' } }] },
  rack: { type: 'string' },
  share,
};

export const SCENARIO_SCHEMA = {
  type: 'object',
  required: ['name', 'duration', 'agents'],
  additionalProperties: false,
  properties: {
    name: { type: 'string', pattern: '^[\\w .-]+$' },
    description: { type: 'string' },
    seed: { type: 'integer', minimum: 0, maximum: 4_294_967_295 },
    duration,
    sample: duration,
    options: { type: 'object', additionalProperties: { type: ['string', 'number', 'boolean'] } },
    agents: { type: 'array', minItems: 1, items: { $ref: '#/$defs/agent' } },
    quotas: {
      type: 'object',
      additionalProperties: {
        type: 'object',
        required: ['cpus', 'ram', 'disk'],
        additionalProperties: false,
        properties: { cpus: { type: 'number', minimum: 0 }, ram: size, disk: size },
      },
    },
    jobs: { type: 'array', items: { $ref: '#/$defs/job' } },
    events: { type: 'array', items: { $ref: '#/$defs/event' } },
  },
  $defs: {
    agent: {
      type: 'object',
      required: ['count', 'cpus', 'ram', 'disk'],
      additionalProperties: false,
      properties: {
        count: { type: 'integer', minimum: 1, maximum: 1_000_000 },
        name: { type: 'string', pattern: '^[\\w.-]+$' },
        cpus: { type: 'number', exclusiveMinimum: 0 },
        ram: size,
        disk: size,
        gpus: { type: 'integer', minimum: 0 },
        ports: { type: 'string', pattern: '^\\d+-\\d+$' },
        racks: { type: 'integer', minimum: 1 },
        attributes: { type: 'object', additionalProperties: { type: 'string' } },
      },
    },
    job: {
      type: 'object',
      required: ['key', 'cpus', 'ram'],
      additionalProperties: false,
      properties: {
        key: jobKey,
        at: duration,
        repeat: {
          type: 'object',
          required: ['count', 'every'],
          additionalProperties: false,
          properties: {
            count: { type: 'integer', minimum: 1 },
            every: duration,
            spacing: { enum: ['poisson', 'steady'] },
          },
        },
        instances: { oneOf: [{ type: 'integer', minimum: 1 }, { $ref: '#/$defs/distribution' }] },
        service: { type: 'boolean' },
        tier: { type: 'string' },
        priority: { type: 'integer' },
        cpus: { oneOf: [{ type: 'number', exclusiveMinimum: 0 }, { $ref: '#/$defs/distribution' }] },
        ram: { oneOf: [size, { $ref: '#/$defs/distribution' }] },
        disk: size,
        ports: { type: 'array', items: { type: 'string' } },
        constraints: { type: 'object', additionalProperties: { type: 'string' } },
        lifetime: { oneOf: [duration, { $ref: '#/$defs/distribution' }] },
        failures: share,
        start: { oneOf: [duration, { $ref: '#/$defs/distribution' }] },
      },
    },
    distribution: {
      type: 'object',
      minProperties: 1,
      maxProperties: 1,
      additionalProperties: false,
      properties: {
        uniform: { type: 'array', minItems: 2, maxItems: 2 },
        exponential: { type: ['number', 'string'] },
        lognormal: {
          type: 'object',
          required: ['median', 'sigma'],
          additionalProperties: false,
          properties: { median: { type: ['number', 'string'] }, sigma: { type: 'number', minimum: 0 } },
        },
        pareto: {
          type: 'object',
          required: ['least', 'alpha'],
          additionalProperties: false,
          properties: {
            least: { type: ['number', 'string'] },
            alpha: { type: 'number', exclusiveMinimum: 0 },
            most: { type: ['number', 'string'] },
          },
        },
        choice: {
          type: 'array',
          minItems: 1,
          items: {
            type: 'object',
            required: ['value', 'weight'],
            additionalProperties: false,
            properties: { value: { type: ['number', 'string'] }, weight: { type: 'number', minimum: 0 } },
          },
        },
      },
    },
    event: {
      type: 'object',
      required: ['at'],
      minProperties: 2,
      maxProperties: 2,
      additionalProperties: false,
      properties: {
        at: duration,
        drain: {
          type: 'object',
          additionalProperties: false,
          properties: { ...selector, batch: { type: 'integer', minimum: 1 }, hold: duration },
        },
        lose: {
          type: 'object',
          additionalProperties: false,
          properties: { ...selector, for: duration, disk: { enum: ['kept', 'lost'] } },
        },
        partition: {
          type: 'object',
          required: ['for'],
          additionalProperties: false,
          properties: { ...selector, for: duration },
        },
        network: {
          type: 'object',
          required: ['for'],
          additionalProperties: false,
          properties: {
            drop: share,
            duplicate: share,
            delay: { type: 'array', items: duration, minItems: 2, maxItems: 2 },
            for: duration,
          },
        },
        scheduler: {
          type: 'object',
          required: ['downFor'],
          additionalProperties: false,
          properties: { downFor: duration },
        },
        kill: jobKey,
      },
    },
  },
} as const;
