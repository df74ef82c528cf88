import { describe, expect, test } from '@jest/globals';
import { isTrustedOrigin } from '../../src/server/trusted-origin.js';

describe('isTrustedOrigin', () => {
  test.each([
    { host: '127.0.0.1:8081' },
    { host: 'localhost' },
    { host: 'LOCALHOST:80' },
    { host: '[::1]:8081' },
    { host: '127.0.0.1' },
    { host: 'localhost:8081', origin: 'http://localhost:8081' },
    { host: 'localhost:8081', origin: 'http://127.0.0.1:3000' },
  ])('lets %j in', (headers) => {
    expect(isTrustedOrigin(headers)).toBe(true);
  });

  test.each([
    {},
    { host: '' },
    { host: 'evil.example' },
    { host: 'evil.example:8081' },
    { host: '127.0.0.1.evil.example' },
    { host: 'localhost.evil.example:80' },
    { host: '0.0.0.0:8081' },
    { host: 'localhost:8081', origin: 'http://evil.example' },
    { host: 'localhost:8081', origin: 'null' },
    { host: 'localhost:8081', origin: 'http://localhost.evil.example' },
    { host: 'localhost:8081', origin: 'http://evil.example/localhost' },
    { host: 'localhost:8081', origin: 'file://' },
  ])('keeps %j out', (headers) => {
    expect(isTrustedOrigin(headers)).toBe(false);
  });
});
