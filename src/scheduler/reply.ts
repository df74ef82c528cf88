import type { ResponseCode } from '../model/response.js';

/**
 * What the scheduler answers to one call of its API. `messages` become the response's details, in order;
 * a refusal is a Reply whose code is not OK. `value` may be present on a refusal, too (an update that is
 * already active answers with its key).
 */
export interface Reply<T = undefined> {
  readonly code: ResponseCode;
  readonly messages: readonly string[];
  readonly value?: T;
}

export function done(...messages: string[]): Reply<never> {
  return { code: 'OK', messages };
}

export function answer<T>(value: T, ...messages: string[]): Reply<T> {
  return { code: 'OK', messages, value };
}

export function refuse(code: Exclude<ResponseCode, 'OK'>, message: string): Reply<never> {
  return { code, messages: [message] };
}

export function invalid(message: string): Reply<never> {
  return refuse('INVALID_REQUEST', message);
}
