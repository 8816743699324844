// What somebody changed of the settings: only that is sent, so that two people may change two things.
export interface Draft {
  center_name: string;
  sign_up: "open" | "invited" | "approved";
  notice?: string;
}

export function changesOf(settings: Draft, draft: Draft): Partial<Draft> {
  const changes: Partial<Draft> = {};
  if (draft.center_name.trim() !== settings.center_name) changes.center_name = draft.center_name.trim();
  if (draft.sign_up !== settings.sign_up) changes.sign_up = draft.sign_up;
  if ((draft.notice ?? "").trim() !== (settings.notice ?? "")) changes.notice = (draft.notice ?? "").trim();
  return changes;
}
