import { describe, expect, it } from "vitest";
import { chaptersOf, curlOf, filtered, sharedErrors, Shapes, type ApiDocument } from "./reference";

const schemas = {
  Team: {
    type: "object",
    required: ["id"],
    properties: { id: { type: "string", format: "ulid" }, name: { type: "string" } },
  },
  Row: {
    type: "object",
    required: ["team", "scores"],
    properties: {
      team: { $ref: "#/components/schemas/Team", description: "who" },
      scores: {
        type: "object",
        additionalProperties: { type: "object", properties: { valid: { type: ["number", "null"] } } },
      },
      parent: { anyOf: [{ $ref: "#/components/schemas/Row" }, { type: "null" }] },
      state: { type: "string", enum: ["open", "closed"] },
    },
  },
  Cursor: { type: ["string", "null"] },
};
const shapes = new Shapes(schemas);
const document: ApiDocument = {
  info: { title: "Agora", version: "1" },
  paths: {
    "/api/v1/events/{event}/board": {
      get: {
        summary: "The board",
        operationId: "get_board",
        tags: ["events"],
        "x-permission": "event-viewer",
        "x-scope": "read",
        parameters: [
          {
            name: "limit",
            in: "query",
            required: false,
            schema: { type: "integer", maximum: 200, default: 50 },
          },
        ],
        responses: {
          "200": {
            content: {
              "application/json": {
                schema: {
                  type: "object",
                  required: ["items"],
                  properties: { items: { type: "array", items: { $ref: "#/components/schemas/Row" } } },
                },
                example: { items: [] },
              },
            },
          },
          "404": { description: "There is no such event" },
          "429": { $ref: "#/components/responses/TooManyRequests" },
        },
        security: [{}, { token: [] }],
      },
    },
    "/api/v1/admin/people": {
      post: {
        summary: "Make one",
        operationId: "post_people",
        tags: ["admin"],
        "x-scope": "admin",
        requestBody: {
          content: {
            "application/json": {
              schema: { type: "object", properties: { name: { type: "string" } } },
              example: { name: "O'Hara" },
            },
          },
        },
        responses: { "204": { description: "No content" } },
        security: [{ token: [] }],
      },
    },
  },
  components: { schemas, responses: { TooManyRequests: { description: "Wait" } } },
};

describe("a type", () => {
  it.each([
    [{ type: "string", format: "date-time" }, "time"],
    [{ type: ["string", "null"], format: "date-time" }, "time or null"],
    [{ type: "array", items: { $ref: "#/components/schemas/Team" } }, "list of Team"],
    [{ $ref: "#/components/schemas/Cursor" }, "text or null"],
    [{ type: "string", enum: ["a", "b"] }, "one of a, b"],
    [{ anyOf: [{ $ref: "#/components/schemas/Team" }, { type: "null" }] }, "Team or null"],
    [{ type: "object", additionalProperties: { type: "number" } }, "object of number by name"],
  ])("%j is %s", (schema, type) => expect(shapes.typeOf(schema)).toBe(type));
});

describe("a shape", () => {
  const lines = shapes.lines({ $ref: "#/components/schemas/Row" });
  it("has all fields, as deep as they stand", () =>
    expect(
      lines.map(
        (line) => `${"  ".repeat(line.depth)}${line.name}: ${line.type}${line.isOptional ? "?" : ""}`,
      ),
    ).toEqual([
      "team: Team",
      "  id: id",
      "  name: text?",
      "scores: object of object by name",
      "  …: object?",
      "    valid: number or null?",
      "parent: Row or null?",
      "state: one of open, closed?",
    ]));
  it("says what is said beside a reference", () => expect(lines[0]?.about).toBe("who"));
});

describe("the reference", () => {
  const chapters = chaptersOf(document);
  it("has a chapter for each tag, what most ask for first", () =>
    expect(chapters.map((chapter) => chapter.name)).toEqual(["events", "admin"]));
  it("has for each route what it needs and gives", () => {
    expect(chapters[0]?.routes[0]).toMatchObject({
      method: "GET",
      scope: "read",
      needsSignIn: false,
      parameters: [{ name: "limit", type: "whole number", about: "at most 200, default 50" }],
      answer: { status: "200", example: '{\n  "items": []\n}' },
      errors: [{ status: "404", about: "There is no such event" }],
    });
    expect(chapters[1]?.routes[0]).toMatchObject({ needsSignIn: true, answer: { status: "204", lines: [] } });
  });
  it("tells shared errors once", () =>
    expect(sharedErrors(document)).toEqual([{ name: "Too many requests", about: "Wait" }]));
  it("is narrowed by words", () => {
    expect(filtered(chapters, "board get").map((chapter) => chapter.routes.length)).toEqual([1]);
    expect(filtered(chapters, "nothing")).toEqual([]);
    expect(filtered(chapters, "")).toHaveLength(2);
  });
  it("gives a command", () => {
    const [route] = chapters[1]?.routes ?? [];
    expect(route && curlOf(route, "https://c.example")).toBe(
      "curl -X POST https://c.example/api/v1/admin/people \\\n" +
        '  -H "Authorization: Bearer $AGORA_TOKEN" \\\n' +
        '  -H "Content-Type: application/json" \\\n' +
        `  -d '{"name":"O'\\''Hara"}'`,
    );
  });
});
