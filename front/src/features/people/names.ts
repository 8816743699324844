// People by id, for lists that know ids only. Each is asked for once.
import { api, ask } from "../../api/client";

export interface Named {
  name: string;
  handle: string;
}
const known = new Map<string, Promise<Named | undefined>>();

export function personOf(id: string): Promise<Named | undefined> {
  let person = known.get(id);
  if (!person) {
    person = ask(api.GET("/api/v1/people/{person}", { params: { path: { person: id } } })).then(
      ({ name, handle }) => ({ name, handle }),
      () => {
        known.delete(id); // perhaps next time
        return undefined;
      },
    );
    known.set(id, person);
  }
  return person;
}
