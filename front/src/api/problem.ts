// What went wrong, in words for the person: an RFC 9457 document of the server, or a connection that failed.

export interface FieldProblem {
  pointer: string;
  detail: string;
}

export class Problem extends Error {
  readonly status: number; // 0: the server was not reached
  readonly title: string;
  readonly fields: FieldProblem[];
  readonly requestId: string;
  readonly retryAfterSeconds: number | null;

  constructor(facts: {
    status: number;
    title: string;
    detail: string;
    fields?: FieldProblem[];
    requestId?: string;
    retryAfterSeconds?: number | null;
  }) {
    super(facts.detail || facts.title);
    this.status = facts.status;
    this.title = facts.title;
    this.fields = facts.fields ?? [];
    this.requestId = facts.requestId ?? "";
    this.retryAfterSeconds = facts.retryAfterSeconds ?? null;
  }

  // The server's word on one field of a form, "" where it has none.
  of(field: string): string {
    return this.fields.find((one) => one.pointer === `/${field}`)?.detail ?? "";
  }
}

const text = (value: unknown): string => (typeof value === "string" ? value : "");

export function problemOf(status: number, body: unknown, retryAfter: string | null = null): Problem {
  const object = (typeof body === "object" && body !== null ? body : {}) as Record<string, unknown>;
  const fields = Array.isArray(object.errors) ? (object.errors as FieldProblem[]) : [];
  return new Problem({
    status,
    title: text(object.title) || `The server answered ${status}`,
    detail: text(object.detail) || text(object.title) || `The server answered ${status}.`,
    fields,
    requestId: text(object.instance),
    retryAfterSeconds: retryAfter ? Number(retryAfter) : null,
  });
}

export function unreachable(): Problem {
  return new Problem({
    status: 0,
    title: "The center does not answer",
    detail: "The center does not answer. Check the connection; this page tries again when you ask it to.",
  });
}

// Whatever was thrown, as a Problem.
export function asProblem(thrown: unknown): Problem {
  if (thrown instanceof Problem) return thrown;
  if (thrown instanceof TypeError) return unreachable();
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new Problem({ status: 0, title: "This page has a defect", detail: message });
}
