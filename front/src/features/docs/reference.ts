// The API's own document (OpenAPI 3.1, as the center writes it), read into what the reference shows.

type Json = Record<string, unknown>;
export interface Schema extends Json {
  $ref?: string;
  type?: string | string[];
  format?: string;
  description?: string;
  enum?: unknown[];
  const?: unknown;
  default?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: boolean | Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}
interface Media {
  schema?: Schema;
  example?: unknown;
}
interface Answer {
  $ref?: string;
  description?: string;
  content?: Record<string, Media>;
}
interface Operation {
  summary: string;
  operationId: string;
  tags?: string[];
  parameters?: { name: string; in: string; required: boolean; schema: Schema; description?: string }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<string, Answer>;
  security?: Json[];
  "x-permission"?: string;
  "x-scope"?: string;
  "x-rate"?: string;
}
export interface ApiDocument {
  info: { title: string; version: string; summary?: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema>; responses?: Record<string, Answer> };
}

// One line of a shape: a field and what it is, as deep as it stands.
export interface Line {
  depth: number;
  name: string; // "" for the whole
  type: string;
  isOptional: boolean;
  about: string;
}

export interface Body {
  mediaType: string;
  lines: Line[];
  example: string; // "" where there is none
}

export interface RouteEntry {
  id: string;
  method: string;
  path: string;
  summary: string;
  permission: string;
  scope: string;
  rate: string;
  needsSignIn: boolean;
  parameters: { name: string; place: string; type: string; isRequired: boolean; about: string }[];
  request: Body | undefined;
  answer: (Body & { status: string }) | undefined;
  errors: { status: string; about: string }[];
}

export interface Chapter {
  name: string;
  id: string;
  routes: RouteEntry[];
}

const MOST_DEPTH = 7;

export class Shapes {
  constructor(private readonly schemas: Record<string, Schema>) {}

  resolve(schema: Schema): Schema {
    const name = nameOf(schema);
    if (!name) return schema;
    const { $ref: _, ...more } = schema; // a description beside the reference stays
    return { ...(this.schemas[name] ?? {}), ...more };
  }

  // "list of Event", "text or null", "one of open, closed".
  typeOf(schema: Schema): string {
    const name = nameOf(schema);
    if (name && this.resolve(schema).properties) return name;
    const { type, enum: values, anyOf, oneOf, allOf, items, const: only, ...rest } = this.resolve(schema);
    if (only !== undefined) return JSON.stringify(only);
    if (values)
      return `one of ${values.map((value) => (value === null ? "null" : String(value))).join(", ")}`;
    const ways = anyOf ?? oneOf;
    if (ways) return [...new Set(ways.map((one) => this.typeOf(one)))].join(" or ");
    if (allOf) return allOf.map((one) => this.typeOf(one)).join(" and ");
    const types = Array.isArray(type)
      ? type
      : [type ?? (rest.properties ? "object" : items ? "array" : "any")];
    return types.map((one) => this.#word(one, items, rest)).join(" or ");
  }

  #word(type: string, items: Schema | undefined, rest: Schema): string {
    if (type === "array") return items ? `list of ${this.typeOf(items)}` : "list";
    if (type === "string") {
      if (rest.format === "date-time") return "time";
      if (rest.format === "ulid") return "id";
      return rest.format === "binary" ? "bytes" : "text";
    }
    if (type === "integer") return "whole number";
    if (type === "boolean") return "true or false";
    if (type === "object" && typeof rest.additionalProperties === "object" && !rest.properties)
      return `object of ${this.typeOf(rest.additionalProperties)} by name`;
    return type;
  }

  // Everything inside, in order; what holds itself is not opened again.
  lines(schema: Schema): Line[] {
    const all: Line[] = [];
    this.#open(schema, 0, [], all);
    if (all.length === 0)
      all.push({
        depth: 0,
        name: "",
        type: this.typeOf(schema),
        isOptional: false,
        about: aboutOf(this.resolve(schema)),
      });
    return all;
  }

  #open(schema: Schema, depth: number, opened: string[], into: Line[]): void {
    const name = nameOf(schema);
    if (name && opened.includes(name)) return;
    const within = name ? [...opened, name] : opened;
    const whole = this.resolve(schema);
    if (depth > MOST_DEPTH) return;
    for (const part of whole.allOf ?? []) this.#open(part, depth, within, into);
    for (const way of whole.anyOf ?? whole.oneOf ?? []) this.#open(way, depth, within, into);
    if (whole.items) this.#open(whole.items, depth, within, into);
    for (const [field, inner] of Object.entries(whole.properties ?? {})) {
      const resolved = this.resolve(inner);
      into.push({
        depth,
        name: field,
        type: this.typeOf(inner),
        isOptional: !(whole.required ?? []).includes(field),
        about: aboutOf(resolved),
      });
      this.#open(inner, depth + 1, within, into);
    }
    if (typeof whole.additionalProperties === "object") {
      const inner = whole.additionalProperties;
      if (this.resolve(inner).properties || inner.$ref) {
        into.push({ depth, name: "…", type: this.typeOf(inner), isOptional: true, about: "by name" });
        this.#open(inner, depth + 1, within, into);
      }
    }
  }
}

const nameOf = (schema: Schema): string => schema.$ref?.split("/").at(-1) ?? "";

function aboutOf(schema: Schema): string {
  const limits: string[] = [];
  const say = (key: string, words: string): void => {
    if (schema[key] !== undefined) limits.push(`${words} ${String(schema[key])}`);
  };
  say("minimum", "at least");
  say("maximum", "at most");
  if (Number(schema.minLength ?? 0) > 1) say("minLength", "at least this many characters:");
  say("maxLength", "at most this many characters:");
  if (schema.default !== undefined && schema.default !== null)
    limits.push(`default ${String(schema.default)}`);
  return [schema.description, limits.join(", ")].filter(Boolean).join("; ");
}

function bodyOf(content: Record<string, Media> | undefined, shapes: Shapes): Body | undefined {
  const [mediaType, media] = Object.entries(content ?? {})[0] ?? [];
  if (!mediaType || !media) return undefined;
  return {
    mediaType,
    lines: media.schema ? shapes.lines(media.schema) : [],
    example: media.example === undefined ? "" : JSON.stringify(media.example, null, 2),
  };
}

function routeOf(method: string, path: string, operation: Operation, shapes: Shapes): RouteEntry {
  const answers = Object.entries(operation.responses);
  const good = answers.find(([status]) => status.startsWith("2"));
  const body = bodyOf(good?.[1].content, shapes);
  return {
    id: operation.operationId,
    method: method.toUpperCase(),
    path,
    summary: operation.summary,
    permission: operation["x-permission"] ?? "",
    scope: operation["x-scope"] ?? "",
    rate: operation["x-rate"] ?? "",
    needsSignIn:
      (operation.security ?? []).length > 0 &&
      !operation.security?.some((way) => Object.keys(way).length === 0),
    parameters: (operation.parameters ?? []).map((one) => ({
      name: one.name,
      place: one.in,
      type: shapes.typeOf(one.schema),
      isRequired: one.required,
      about: [one.description, aboutOf(one.schema)].filter(Boolean).join("; "),
    })),
    request: bodyOf(operation.requestBody?.content, shapes),
    answer: good ? { status: good[0], ...(body ?? { mediaType: "", lines: [], example: "" }) } : undefined,
    // What every route may answer is told once, before all routes.
    errors: answers
      .filter(([status, answer]) => Number(status) >= 400 && !answer.$ref)
      .map(([status, answer]) => ({ status, about: answer.description ?? "" })),
  };
}

const METHODS = ["get", "post", "put", "patch", "delete", "head", "options"];
const FIRST = ["events", "submissions", "me", "people"];

export function chaptersOf(document: ApiDocument): Chapter[] {
  const shapes = new Shapes(document.components.schemas);
  const chapters = new Map<string, RouteEntry[]>();
  for (const [path, item] of Object.entries(document.paths))
    for (const method of METHODS) {
      const operation = item[method];
      if (!operation) continue;
      const tag = operation.tags?.[0] ?? "other";
      chapters.set(tag, [...(chapters.get(tag) ?? []), routeOf(method, path, operation, shapes)]);
    }
  const rank = (name: string): number => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);
  return [...chapters]
    .map(([name, routes]) => ({ name, id: `chapter-${name}`, routes }))
    .sort((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name));
}

export const sharedErrors = (document: ApiDocument): { name: string; about: string }[] =>
  Object.entries(document.components.responses ?? {}).map(([name, answer]) => ({
    name: name.replace(/([a-z])([A-Z])/g, (_all, a: string, b: string) => `${a} ${b.toLowerCase()}`),
    about: answer.description ?? "",
  }));

// Every word of the filter stands in the route's path, method, summary, permission or scope.
export function filtered(chapters: readonly Chapter[], words: string): Chapter[] {
  const wanted = words.toLowerCase().split(/\s+/).filter(Boolean);
  const fits = (route: RouteEntry, chapter: string): boolean => {
    const text = [route.method, route.path, route.summary, route.permission, route.scope, chapter]
      .join(" ")
      .toLowerCase();
    return wanted.every((word) => text.includes(word));
  };
  return chapters
    .map((chapter) => ({ ...chapter, routes: chapter.routes.filter((route) => fits(route, chapter.name)) }))
    .filter((chapter) => chapter.routes.length > 0);
}

// The request as curl would send it.
export function curlOf(route: RouteEntry, center: string): string {
  const path = route.path.replace(/\{(\w+)\}/g, (_all, name: string) => name.toUpperCase());
  const lines = [`curl ${route.method === "GET" ? "" : `-X ${route.method} `}${center}${path}`];
  if (route.needsSignIn || route.scope) lines.push('-H "Authorization: Bearer $AGORA_TOKEN"');
  if (route.request?.mediaType === "application/json") {
    lines.push('-H "Content-Type: application/json"');
    if (route.request.example)
      lines.push(`-d '${JSON.stringify(JSON.parse(route.request.example)).replaceAll("'", "'\\''")}'`);
  } else if (route.request) lines.push("--data-binary @FILE");
  return lines.join(" \\\n  ");
}
