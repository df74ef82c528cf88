import { PyObject, type Runtime, type Value } from '../language/value.js';
import { List } from '../language/values/list.js';
import { methodTable, type MethodBody, type MethodTable } from '../language/values/method-table.js';
import { Tuple } from '../language/values/tuple.js';
import { scopesOf } from './environment.js';
import { toJson } from './json.js';
import { PystachioError, raising } from './pystachio-error.js';
import type { PystachioObject } from './pystachio-object.js';
import { RefValue } from './ref-value.js';
import { Ref } from './ref.js';
import type { Scopes } from './scope.js';
import { TypeCheck } from './type-check.js';

/** What every object of the templating layer can do; a field of the same name is reachable in templates only. */
export const objectMethods: MethodTable<PystachioObject> = methodTable<PystachioObject>([
  ['get', '', (self, _args, runtime) => self.plain(runtime)],
  [
    'bind',
    '* **',
    guarded((self, args, runtime, { keywords, site }) => self.bind(args, keywords, site, runtime)),
  ],
  [
    'in_scope',
    '* **',
    guarded((self, args, runtime, { keywords, site }) =>
      self.inScope(scopesOf(args, keywords, site, runtime)),
    ),
  ],
  ['copy', '', (self) => self.withScopes(self.scopes)],
  ['check', '', guarded((self, _args, runtime) => new TypeCheck(self.check(null, runtime)))],
  ['interpolate', '', guarded(interpolate)],
  ['scopes', '', (self) => new Tuple(scopeValues(self.scopes))],
  ['json_dumps', '', guarded((self, _args, runtime) => toJson(self.interpolated(runtime)))],
  ['find', 'ref', guarded(find)],
]);

function guarded(body: MethodBody<PystachioObject>): MethodBody<PystachioObject> {
  return (self, args, runtime, call) => raising(runtime, () => body(self, args, runtime, call));
}

/** The object and the references left over; containers list each of those once. */
function interpolate(self: PystachioObject, _args: readonly Value[], runtime: Runtime): Value {
  const unbound: Ref[] = [];
  const object = self.interpolate(null, unbound, runtime);
  const listed = self.isDereferenceable() ? [...new Set(unbound)] : unbound;
  return new Tuple([object, new List(listed.map((ref) => new RefValue(ref)))]);
}

function scopeValues(scopes: Scopes | null): Value[] {
  const values: Value[] = [];
  for (let link = scopes; link; link = link.rest) if (link.first instanceof PyObject) values.push(link.first);
  return values;
}

function find(self: PystachioObject, [wanted]: readonly Value[], runtime: Runtime): Value {
  const ref = wanted instanceof RefValue ? wanted.ref : Ref.parse(runtime.str(wanted ?? ''));
  const found = self.find(ref, runtime);
  if (found === undefined) {
    throw new PystachioError('KeyError', `${ref.address} not found in ${self.typeName()}`);
  }
  return found as Value;
}
