import { diskFileSystem } from '../../src/base/file-system.js';
import { FakeClock } from '../../src/base/clock.js';
import { seededRandom } from '../../src/base/random.js';
import type { Host } from '../../src/language/host.js';

/** A machine that tests of the language can know everything about. */
export function testHost(overrides: Partial<Host> = {}): Host {
  return {
    environment: new Map([
      ['USER', 'tester'],
      ['HOME', '/home/tester'],
    ]),
    files: diskFileSystem,
    currentDirectory: process.cwd(),
    userName: 'tester',
    userId: 1000,
    groupId: 1000,
    home: '/home/tester',
    hostname: 'test.example',
    system: 'Linux',
    release: '6.1.0',
    machine: 'x86_64',
    clock: new FakeClock(),
    random: seededRandom(1),
    ...overrides,
  };
}
