import { bisectModule } from './bisect.js';
import { checksumModule } from './checksums.js';
import type { Evaluator } from '../interpreter.js';
import type { Value } from '../value.js';
import { base64Module } from './base64.js';
import { collectionsModule } from './collections.js';
import { copyModule } from './copy.js';
import { datetimeModule } from './datetime.js';
import { functoolsModule } from './functools.js';
import { fnmatchModule, globModule } from './glob.js';
import { hashlibModule } from './hashlib.js';
import { itertoolsModule } from './itertools.js';
import { jsonModule } from './json.js';
import { mathModule } from './math.js';
import { operatorModule } from './operator.js';
import { osPathModule } from './os-path.js';
import { osModule } from './os.js';
import { randomModule } from './random.js';
import { reModule } from './re.js';
import {
  contextlibModule,
  loggingModule,
  pipesModule,
  pprintModule,
  shlexModule,
  typesModule,
  typingModule,
  warningsModule,
} from './small-modules.js';
import { subprocessModule } from './subprocess.js';
import { sysModule } from './sys.js';
import { getpassModule, platformModule, socketModule } from './system.js';
import { stringModule, textwrapModule } from './texts.js';
import { timeModule } from './time.js';
import { urlModule } from './urls.js';
import { uuidModule } from './uuid.js';
import { yamlModule } from './yaml.js';

/** Makes the names of a module when it is first imported. */
export type ModuleFactory = (runtime: Evaluator) => ReadonlyMap<string, Value>;

/** The modules that need no file, by dotted name. */
export const BUILTIN_MODULES: ReadonlyMap<string, ModuleFactory> = new Map<string, ModuleFactory>([
  ['__future__', () => new Map<string, Value>()],
  ['base64', base64Module],
  ['binascii', checksumModule],
  ['bisect', bisectModule],
  ['collections', collectionsModule],
  ['collections.abc', collectionsModule],
  ['contextlib', contextlibModule],
  ['copy', copyModule],
  ['datetime', datetimeModule],
  ['fnmatch', fnmatchModule],
  ['functools', functoolsModule],
  ['getpass', getpassModule],
  ['glob', globModule],
  ['hashlib', hashlibModule],
  ['itertools', itertoolsModule],
  ['json', jsonModule],
  ['logging', loggingModule],
  ['math', mathModule],
  ['operator', operatorModule],
  ['os', osModule],
  ['os.path', osPathModule],
  ['pipes', pipesModule],
  ['platform', platformModule],
  ['pprint', pprintModule],
  ['random', randomModule],
  ['re', reModule],
  ['shlex', shlexModule],
  ['simplejson', jsonModule],
  ['socket', socketModule],
  ['string', stringModule],
  ['subprocess', subprocessModule],
  ['sys', sysModule],
  ['textwrap', textwrapModule],
  ['time', timeModule],
  ['types', typesModule],
  ['typing', typingModule],
  ['urllib', urlModule],
  ['urllib.parse', urlModule],
  ['urllib2', urlModule],
  ['urlparse', urlModule],
  ['uuid', uuidModule],
  ['warnings', warningsModule],
  ['yaml', yamlModule],
  ['zlib', checksumModule],
]);
