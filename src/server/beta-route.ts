import { loadSchema } from '../thrift/load-schema.js';
import { BadArgumentsError, type ApiCall } from '../thrift/api.js';
import type { Response } from '../model/response.js';
import { parseJson } from '../thrift/parse-json.js';
import { fromJson, toJson } from '../thrift/simple-json.js';
import type { Method } from '../thrift/schema.js';
import { ThriftError } from '../thrift/thrift-error.js';
import type { ApiService } from './api-service.js';
import { HttpRefusal } from './http-body.js';
import type { HttpAnswer } from './thrift-route.js';

/** `POST /apibeta/METHOD`: the same API with plain JSON, arguments by name. */
export async function answerBeta(service: ApiService, name: string, body: Buffer): Promise<HttpAnswer> {
  const method = loadSchema('api.thrift').methods.get(name);
  if (!method) throw new HttpRefusal(404, `Method ${name} does not exist.`);
  const args = parseArguments(method, body);
  let response: Response;
  try {
    response = await service.call({ method: name, sequenceId: 0, args } as ApiCall);
  } catch (error) {
    if (!(error instanceof BadArgumentsError)) throw error;
    response = service.refuseArguments(error);
  }
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(toJson(method.result, response)),
  };
}

function parseArguments(method: Method, body: Buffer): Record<string, unknown> {
  const given = parse(body);
  const args: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const parameter = method.parameters.fields.find((field) => field.name === name);
    if (!parameter)
      throw new HttpRefusal(400, `${method.name} has no parameter ${JSON.stringify(name.slice(0, 60))}.`);
    if (value === null) continue;
    try {
      args[parameter.name] = fromJson(parameter.type, value, 'refuse');
    } catch (error) {
      if (!(error instanceof ThriftError)) throw error;
      throw new HttpRefusal(400, `Failed to parse parameter ${name}: ${error.message}`);
    }
  }
  return args;
}

/** An empty body stands for no arguments. */
function parse(body: Buffer): object {
  if (body.length === 0) return {};
  let value: unknown;
  try {
    value = parseJson(body);
  } catch (error) {
    if (!(error instanceof ThriftError)) throw error;
    throw new HttpRefusal(400, 'Request must be valid JSON');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new HttpRefusal(400, 'Request data must be a JSON object of method parameters.');
  return value;
}
