// The columns of the board's table: what they are called, what they sort by, how wide they are.
import { metric } from "../../../text/format";
import type { Shown } from "./rows";

export interface Head {
  key: string; // what it sorts by
  name: string;
  numeric: boolean;
  falls: boolean; // what a first press sorts by
  wide: boolean; // not on a phone
  width?: number; // rem; without one it takes what is left
  title?: string;
}

const CHOICE = 2.25;
const TEAM_LEAST = 10;

// So that no word of the head is cut; a long name may go on below after "_".
const widthFor = (name: string): number =>
  Math.max(5, 2 + 0.46 * Math.max(...name.split(/ |(?<=_)/).map((word) => word.length)));

export function headsOf(columns: readonly Shown[]): Head[] {
  const hasTest = columns.some((one) => one.part === "test");
  const figures = columns.flatMap((one): Head[] => {
    const name = metric(one.column.name);
    const head: Head = {
      key: one.key,
      name: !hasTest ? name : one.part === "test" ? `${name}, test` : `${name}, folds`,
      numeric: true,
      falls: !one.column.is_lower_the_better,
      wide: !one.isOfficial,
      width: widthFor(name),
      title: `${one.column.is_lower_the_better ? "Lower" : "Higher"} is better${one.isOfficial ? "; it ranks" : ""}`,
    };
    return one.isOfficial ? [head, beside("folds", "Folds", 6.5), beside("attempts", "Attempts", 6)] : [head];
  });
  return [
    { key: "rank", name: "Rank", numeric: true, falls: false, wide: false, width: 3.75 },
    { key: "team", name: "Team", numeric: false, falls: false, wide: false },
    ...figures,
    { key: "name", name: "Submission", numeric: false, falls: false, wide: true, width: 10 },
    { key: "train_time", name: "Training", numeric: true, falls: false, wide: true, width: 5.5 },
    { key: "created_at", name: "When", numeric: false, falls: true, wide: false, width: 7.25 },
  ];
}

function beside(key: "folds" | "attempts", name: string, width: number): Head {
  const title = key === "folds" ? "Sorts by how far training and validation lie apart" : "Sorts by how many";
  return { key, name, numeric: false, falls: key === "attempts", wide: true, width, title };
}

// Below it the table scrolls sideways.
export const leastWidth = (heads: readonly Head[]): number =>
  CHOICE + TEAM_LEAST + heads.reduce((sum, one) => sum + (one.width ?? 0), 0);
