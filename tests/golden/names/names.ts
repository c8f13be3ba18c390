// Made by syncgen from names.sync. Changes made here will be lost.

/** Every name here means something to a compiler; every output compiles all the same. */

/** Constants, too. *\/ */
export const register = 1;

export const typename = "x";

export const NULL = true;

export const stdin = -0.5;

export const PATH_MAX = 9007199254740993n;

export const value = 2;

export const done = 3;

export const NamesValues = 4;

export const newFields_ = 18446744073709551615n;

export type Words =
  | "auto"
  | "break"
  | "case"
  | "char"
  | "const"
  | "continue"
  | "default"
  | "do"
  | "double"
  | "else"
  | "enum"
  | "extern"
  | "float"
  | "for"
  | "goto"
  | "if"
  | "inline"
  | "int"
  | "long"
  | "register"
  | "restrict"
  | "return"
  | "short"
  | "signed"
  | "sizeof"
  | "static"
  | "struct"
  | "switch"
  | "typedef"
  | "union"
  | "unsigned"
  | "void"
  | "volatile"
  | "while"
  | "_Bool"
  | "_Complex"
  | "alignas"
  | "alignof"
  | "and"
  | "and_eq"
  | "asm"
  | "bitand"
  | "bitor"
  | "bool"
  | "catch"
  | "char8_t"
  | "char16_t"
  | "class"
  | "compl"
  | "concept"
  | "consteval"
  | "constexpr"
  | "constinit"
  | "const_cast"
  | "co_await"
  | "co_return"
  | "co_yield"
  | "decltype"
  | "delete"
  | "dynamic_cast"
  | "explicit"
  | "export"
  | "false"
  | "friend"
  | "mutable"
  | "namespace"
  | "new"
  | "noexcept"
  | "not"
  | "not_eq"
  | "nullptr"
  | "operator"
  | "or"
  | "or_eq"
  | "private"
  | "protected"
  | "public"
  | "reinterpret_cast"
  | "requires"
  | "static_assert"
  | "static_cast"
  | "template"
  | "this"
  | "thread_local"
  | "throw"
  | "true"
  | "try"
  | "typeid"
  | "typename"
  | "using"
  | "virtual"
  | "wchar_t"
  | "xor"
  | "xor_eq"
  | "final"
  | "override"
  | "linux"
  | "unix"
  | "errno"
  | "stdin"
  | "stdout"
  | "stderr"
  | "assert"
  | "NULL"
  | "EOF"
  | "INT_MAX"
  | "TRUE"
  | "FALSE"
  | "offsetof"
  | "major"
  | "minor"
  | "isnan"
  | "signbit"
  | "CHAR_BIT"
  | "BUFSIZ"
  | "abstract"
  | "any"
  | "as"
  | "async"
  | "await"
  | "boolean"
  | "constructor"
  | "debugger"
  | "declare"
  | "from"
  | "function"
  | "get"
  | "implements"
  | "import"
  | "in"
  | "instanceof"
  | "interface"
  | "is"
  | "keyof"
  | "let"
  | "module"
  | "never"
  | "null"
  | "number"
  | "object"
  | "of"
  | "package"
  | "readonly"
  | "set"
  | "string"
  | "super"
  | "symbol"
  | "type"
  | "undefined"
  | "unique"
  | "unknown"
  | "var"
  | "with"
  | "yield"
  | "arguments"
  | "eval"
  | "init"
  | "release"
  | "copy"
  | "equal"
  | "read"
  | "write"
  | "validate"
  | "diff"
  | "apply"
  | "assign"
  | "edit"
  | "items"
  | "len"
  | "cap"
  | "state"
  | "out"
  | "reader"
  | "writer"
  | "error"
  | "doc"
  | "value"
  | "result"
  | "at";

/** The names that Words is known to have. */
export const WordsValues = ["auto", "break", "case", "char", "const", "continue", "default", "do", "double", "else", "enum", "extern", "float", "for", "goto", "if", "inline", "int", "long", "register", "restrict", "return", "short", "signed", "sizeof", "static", "struct", "switch", "typedef", "union", "unsigned", "void", "volatile", "while", "_Bool", "_Complex", "alignas", "alignof", "and", "and_eq", "asm", "bitand", "bitor", "bool", "catch", "char8_t", "char16_t", "class", "compl", "concept", "consteval", "constexpr", "constinit", "const_cast", "co_await", "co_return", "co_yield", "decltype", "delete", "dynamic_cast", "explicit", "export", "false", "friend", "mutable", "namespace", "new", "noexcept", "not", "not_eq", "nullptr", "operator", "or", "or_eq", "private", "protected", "public", "reinterpret_cast", "requires", "static_assert", "static_cast", "template", "this", "thread_local", "throw", "true", "try", "typeid", "typename", "using", "virtual", "wchar_t", "xor", "xor_eq", "final", "override", "linux", "unix", "errno", "stdin", "stdout", "stderr", "assert", "NULL", "EOF", "INT_MAX", "TRUE", "FALSE", "offsetof", "major", "minor", "isnan", "signbit", "CHAR_BIT", "BUFSIZ", "abstract", "any", "as", "async", "await", "boolean", "constructor", "debugger", "declare", "from", "function", "get", "implements", "import", "in", "instanceof", "interface", "is", "keyof", "let", "module", "never", "null", "number", "object", "of", "package", "readonly", "set", "string", "super", "symbol", "type", "undefined", "unique", "unknown", "var", "with", "yield", "arguments", "eval", "init", "release", "copy", "equal", "read", "write", "validate", "diff", "apply", "assign", "edit", "items", "len", "cap", "state", "out", "reader", "writer", "error", "doc", "value", "result", "at"] as const;

export interface Fields {
  auto: number;
  break: number;
  case: number;
  char: number;
  const: number;
  continue: number;
  default: number;
  do: number;
  double: number;
  else: number;
  enum: number;
  extern: number;
  float: number;
  for: number;
  goto: number;
  if: number;
  inline: number;
  int: number;
  long: number;
  register: number;
  restrict: number;
  return: number;
  short: number;
  signed: number;
  sizeof: number;
  static: number;
  struct: number;
  switch: number;
  typedef: number;
  union: number;
  unsigned: number;
  void: number;
  volatile: number;
  while: number;
  _Bool: number;
  _Complex: number;
  alignas: number;
  alignof: number;
  and: number;
  and_eq: number;
  asm: number;
  bitand: number;
  bitor: number;
  bool: number;
  catch: number;
  char8_t: number;
  char16_t: number;
  class: number;
  compl: number;
  concept: number;
  consteval: number;
  constexpr: number;
  constinit: number;
  const_cast: number;
  co_await: number;
  co_return: number;
  co_yield: number;
  decltype: number;
  delete: number;
  dynamic_cast: number;
  explicit: number;
  export: number;
  false: number;
  friend: number;
  mutable: number;
  namespace: number;
  new: number;
  noexcept: number;
  not: number;
  not_eq: number;
  nullptr: number;
  operator: number;
  or: number;
  or_eq: number;
  private: number;
  protected: number;
  public: number;
  reinterpret_cast: number;
  requires: number;
  static_assert: number;
  static_cast: number;
  template: number;
  this: number;
  thread_local: number;
  throw: number;
  true: number;
  try: number;
  typeid: number;
  typename: number;
  using: number;
  virtual: number;
  wchar_t: number;
  xor: number;
  xor_eq: number;
  final: number;
  override: number;
  linux: number;
  unix: number;
  errno: number;
  stdin: number;
  stdout: number;
  stderr: number;
  assert: number;
  NULL: number;
  EOF: number;
  INT_MAX: number;
  TRUE: number;
  FALSE: number;
  offsetof: number;
  major: number;
  minor: number;
  isnan: number;
  signbit: number;
  CHAR_BIT: number;
  BUFSIZ: number;
  abstract: number;
  any: number;
  as: number;
  async: number;
  await: number;
  boolean: number;
  constructor: number;
  debugger: number;
  declare: number;
  from: number;
  function: number;
  get: number;
  implements: number;
  import: number;
  in: number;
  instanceof: number;
  interface: number;
  is: number;
  keyof: number;
  let: number;
  module: number;
  never: number;
  null: number;
  number: number;
  object: number;
  of: number;
  package: number;
  readonly: number;
  set: number;
  string: number;
  super: number;
  symbol: number;
  type: number;
  undefined: number;
  unique: number;
  unknown: number;
  var: number;
  with: number;
  yield: number;
  arguments: number;
  eval: number;
  init: number;
  release: number;
  copy: number;
  equal: number;
  read: number;
  write: number;
  validate: number;
  diff: number;
  apply: number;
  assign: number;
  edit: number;
  node_: number;
  marks_: number;
  items: number;
  len: number;
  cap: number;
  state: number;
  out: number;
  reader: number;
  writer: number;
  error: number;
  doc: number;
  value: number;
  result: number;
  at: number;
}

/** A new Fields: defaults, and what is nearest to nothing elsewhere. */
export function newFields(fields: Partial<Fields> = {}): Fields {
  return { auto: 0, break: 0, case: 0, char: 0, const: 0, continue: 0, default: 0, do: 0, double: 0, else: 0, enum: 0, extern: 0, float: 0, for: 0, goto: 0, if: 0, inline: 0, int: 0, long: 0, register: 0, restrict: 0, return: 0, short: 0, signed: 0, sizeof: 0, static: 0, struct: 0, switch: 0, typedef: 0, union: 0, unsigned: 0, void: 0, volatile: 0, while: 0, _Bool: 0, _Complex: 0, alignas: 0, alignof: 0, and: 0, and_eq: 0, asm: 0, bitand: 0, bitor: 0, bool: 0, catch: 0, char8_t: 0, char16_t: 0, class: 0, compl: 0, concept: 0, consteval: 0, constexpr: 0, constinit: 0, const_cast: 0, co_await: 0, co_return: 0, co_yield: 0, decltype: 0, delete: 0, dynamic_cast: 0, explicit: 0, export: 0, false: 0, friend: 0, mutable: 0, namespace: 0, new: 0, noexcept: 0, not: 0, not_eq: 0, nullptr: 0, operator: 0, or: 0, or_eq: 0, private: 0, protected: 0, public: 0, reinterpret_cast: 0, requires: 0, static_assert: 0, static_cast: 0, template: 0, this: 0, thread_local: 0, throw: 0, true: 0, try: 0, typeid: 0, typename: 0, using: 0, virtual: 0, wchar_t: 0, xor: 0, xor_eq: 0, final: 0, override: 0, linux: 0, unix: 0, errno: 0, stdin: 0, stdout: 0, stderr: 0, assert: 0, NULL: 0, EOF: 0, INT_MAX: 0, TRUE: 0, FALSE: 0, offsetof: 0, major: 0, minor: 0, isnan: 0, signbit: 0, CHAR_BIT: 0, BUFSIZ: 0, abstract: 0, any: 0, as: 0, async: 0, await: 0, boolean: 0, constructor: 0, debugger: 0, declare: 0, from: 0, function: 0, get: 0, implements: 0, import: 0, in: 0, instanceof: 0, interface: 0, is: 0, keyof: 0, let: 0, module: 0, never: 0, null: 0, number: 0, object: 0, of: 0, package: 0, readonly: 0, set: 0, string: 0, super: 0, symbol: 0, type: 0, undefined: 0, unique: 0, unknown: 0, var: 0, with: 0, yield: 0, arguments: 0, eval: 0, init: 0, release: 0, copy: 0, equal: 0, read: 0, write: 0, validate: 0, diff: 0, apply: 0, assign: 0, edit: 0, node_: 0, marks_: 0, items: 0, len: 0, cap: 0, state: 0, out: 0, reader: 0, writer: 0, error: 0, doc: 0, value: 0, result: 0, at: 0, ...fields };
}

/** Names that differ only after mangling. */
export interface Near {
  class: boolean;
  class_: boolean;
  class__: boolean;
  x?: boolean;
  has_x: boolean;
  null_y: boolean;
  y: boolean | null;
}

/** A new Near: defaults, and what is nearest to nothing elsewhere. */
export function newNear(fields: Partial<Near> = {}): Near {
  return { class: false, class_: false, class__: false, has_x: false, null_y: false, y: null, ...fields };
}

export interface class_ {
  class: boolean;
}

/** A new class_: defaults, and what is nearest to nothing elsewhere. */
export function newclass_(fields: Partial<class_> = {}): class_ {
  return { class: false, ...fields };
}

export interface errno {
  errno: boolean;
}

/** A new errno: defaults, and what is nearest to nothing elsewhere. */
export function newerrno(fields: Partial<errno> = {}): errno {
  return { errno: false, ...fields };
}

export interface string_ {
  string_: boolean;
}

/** A new string_: defaults, and what is nearest to nothing elsewhere. */
export function newstring_(fields: Partial<string_> = {}): string_ {
  return { string_: false, ...fields };
}

export interface Object_ {
  Object: boolean;
}

/** A new Object_: defaults, and what is nearest to nothing elsewhere. */
export function newObject_(fields: Partial<Object_> = {}): Object_ {
  return { Object: false, ...fields };
}

export interface Array_ {
  Array: boolean;
}

/** A new Array_: defaults, and what is nearest to nothing elsewhere. */
export function newArray_(fields: Partial<Array_> = {}): Array_ {
  return { Array: false, ...fields };
}

export interface Map_ {
  Map: boolean;
}

/** A new Map_: defaults, and what is nearest to nothing elsewhere. */
export function newMap_(fields: Partial<Map_> = {}): Map_ {
  return { Map: false, ...fields };
}

export interface Promise_ {
  Promise: boolean;
}

/** A new Promise_: defaults, and what is nearest to nothing elsewhere. */
export function newPromise_(fields: Partial<Promise_> = {}): Promise_ {
  return { Promise: false, ...fields };
}

/** A comment that tries to end: *\/ // ` ${x} \u002a/ <script> ??/ */
export interface Remark {
  /** and *\/ again */
  text: string;
}

/** A new Remark: defaults, and what is nearest to nothing elsewhere. */
export function newRemark(fields: Partial<Remark> = {}): Remark {
  return { text: "*/ ??/ \"", ...fields };
}

export type default_ =
  | ({ type: "int" } & errno)
  | ({ type: "class" } & Near)
  | ({ type: "delete" } & Remark);

export interface this_ {
  register: Fields[];
  delete: Record<string, Near>;
  union_: default_;
  new: class_;
  typeof: errno;
}

/** A new this_: defaults, and what is nearest to nothing elsewhere. */
export function newthis_(fields: Partial<this_> = {}): this_ {
  return { register: [], delete: {}, union_: { type: "int", ...newerrno() }, new: newclass_(), typeof: newerrno(), ...fields };
}

export interface thisDeleteArgs {
  class: boolean;
  this: number;
}

export type thisNewArgs = Record<string, never>;

export interface thisRegisterArgs {
  int: number;
}

export interface thisTypeofEvent {
  void: boolean;
}

/** The actions of this_. */
export interface thisActions {
  delete: { args: thisDeleteArgs; result: Near; error: never };
  new: { args: thisNewArgs; result: void; error: never };
}

/** The tasks of this_. */
export interface thisTasks {
  register: { args: thisRegisterArgs; progress: never; result: boolean; error: never };
}

/** The events of this_, and what comes with each. */
export interface thisEvents {
  typeof: thisTypeofEvent;
}

/** All types of this_, for clients that are generic in the model. */
export interface thisTypes {
  state: this_;
  writable: ["register", "delete"][number];
  params: undefined;
  presence: never;
  actions: thisActions;
  tasks: thisTasks;
  events: thisEvents;
}

export const this_ = {
  name: "this",
  key: "THIS",
  hash: "515b2657ee635374333acd70f2bb03f7065d3637f5bd823cd932d94e19511002",
  writable: ["register", "delete"],
  actions: ["delete", "new"],
  tasks: ["register"],
  events: ["typeof"],
  shape: { struct: { "register": { list: { ref: "Fields" } }, "delete": { map: { ref: "Near" } }, "union_": { ref: "union default_" }, "new": { ref: "class" }, "typeof": { ref: "errno" } } },
  shapes: {
    "Fields": { struct: {} },
    "Near": { struct: {} },
    "class": { struct: {} },
    "errno": { struct: {} },
    "union default_": { union: { "int": { ref: "errno" }, "class": { ref: "Near" }, "delete": { ref: "Remark" } } },
    "Remark": { struct: {} },
  },
  calls: {
  },
  initial: newthis_,
  /** Always undefined: carries the types. */
  types: undefined as thisTypes | undefined,
} as const;

