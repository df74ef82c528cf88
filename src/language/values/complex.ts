import { reprFloat, strFloat } from '../text/number-text.js';
import { Float, NOT_IMPLEMENTED, PyObject, type Maybe, type Runtime, type Value } from '../value.js';
import { nativeFunction } from './native-function.js';

/** `3j`, `complex(1, 2)` */
export class Complex extends PyObject {
  constructor(
    readonly re: number,
    readonly im: number,
  ) {
    super();
  }

  typeName(): string {
    return 'complex';
  }

  override getAttribute(name: string): Value | undefined {
    if (name === 'real') return new Float(this.re);
    if (name === 'imag') return new Float(this.im);
    if (name === 'conjugate') return nativeFunction(name, '', () => new Complex(this.re, -this.im));
    return undefined;
  }

  override attributeNames(): Iterable<string> {
    return ['real', 'imag', 'conjugate'];
  }

  override repr(): string {
    return this.#text(reprFloat);
  }

  override str(runtime: Runtime): string {
    return this.#text(runtime.python3 ? reprFloat : strFloat);
  }

  #text(show: (value: number) => string): string {
    const part = (value: number): string => show(value).replace(/\.0$/, '');
    if (Object.is(this.re, 0)) return `${part(this.im)}j`;
    const imaginary = part(this.im);
    return `(${part(this.re)}${imaginary.startsWith('-') ? '' : '+'}${imaginary}j)`;
  }

  override equals(other: Value): boolean {
    const number = complexOf(other);
    return number !== undefined && number.re === this.re && number.im === this.im;
  }

  override dictKey(): ReturnType<PyObject['dictKey']> {
    return this.im === 0 ? new Float(this.re).dictKey() : `\0c${this.re},${this.im}`;
  }

  override truthy(): boolean {
    return this.re !== 0 || this.im !== 0;
  }

  override unary(operator: string): Maybe<Value> {
    if (operator === '+') return this;
    return operator === '-' ? new Complex(-this.re, -this.im) : NOT_IMPLEMENTED;
  }

  override binary(operator: string, other: Value, reflected: boolean, runtime: Runtime): Maybe<Value> {
    const number = complexOf(other);
    if (number === undefined) return NOT_IMPLEMENTED;
    return reflected
      ? complexOperation(operator, number, this, runtime)
      : complexOperation(operator, this, number, runtime);
  }
}

/** A number of any kind as a complex one; undefined for what is no number. */
export function complexOf(value: Value): Complex | undefined {
  if (value instanceof Complex) return value;
  if (value instanceof Float) return new Complex(value.value, 0);
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') {
    return new Complex(Number(value), 0);
  }
  return undefined;
}

function complexOperation(operator: string, a: Complex, b: Complex, runtime: Runtime): Maybe<Value> {
  switch (operator) {
    case '+':
      return new Complex(a.re + b.re, a.im + b.im);
    case '-':
      return new Complex(a.re - b.re, a.im - b.im);
    case '*':
      return multiply(a, b);
    case '/':
      return divide(a, b, runtime);
    case '**':
      return power(a, b, runtime);
    default:
      return NOT_IMPLEMENTED;
  }
}

function multiply(a: Complex, b: Complex): Complex {
  return new Complex(a.re * b.re - a.im * b.im, a.re * b.im + a.im * b.re);
}

/** Smith's method, as CPython divides. */
function divide(a: Complex, b: Complex, runtime: Runtime): Complex {
  if (!b.truthy()) return runtime.raise('ZeroDivisionError', 'complex division by zero');
  if (Math.abs(b.re) >= Math.abs(b.im)) {
    const ratio = b.im / b.re;
    const scale = b.re + b.im * ratio;
    return new Complex((a.re + a.im * ratio) / scale, (a.im - a.re * ratio) / scale);
  }
  const ratio = b.re / b.im;
  const scale = b.re * ratio + b.im;
  return new Complex((a.re * ratio + a.im) / scale, (a.im * ratio - a.re) / scale);
}

/** Small whole powers are exact products, as in CPython. */
function power(a: Complex, b: Complex, runtime: Runtime): Complex {
  if (!b.truthy()) return new Complex(1, 0);
  if (!a.truthy()) {
    if (b.im === 0 && b.re > 0) return new Complex(0, 0);
    return runtime.raise('ZeroDivisionError', '0.0 to a negative or complex power');
  }
  if (b.im === 0 && Number.isInteger(b.re) && Math.abs(b.re) <= 100) {
    let product = new Complex(1, 0);
    for (let i = Math.abs(b.re); i > 0; i--) product = multiply(product, a);
    return b.re > 0 ? product : divide(new Complex(1, 0), product, runtime);
  }
  const angle = Math.atan2(a.im, a.re);
  const size = Math.hypot(a.re, a.im);
  const length = size ** b.re * Math.exp(-b.im * angle);
  const turn = b.re * angle + b.im * Math.log(size);
  return new Complex(length * Math.cos(turn), length * Math.sin(turn));
}
