// A confusion matrix as a table: each cell with its share of its row.
export interface Cell {
  count: number;
  share: number; // of the row, 0 to 1
  isRight: boolean;
}
export interface Row {
  label: string;
  cells: Cell[];
  total: number;
  recall: number | null; // share of the row that was told right
}

export function rowsOf(labels: readonly string[], counts: readonly (readonly number[])[]): Row[] {
  return counts.map((row, i) => {
    const total = row.reduce((sum, count) => sum + count, 0);
    return {
      label: labels[i] ?? String(i),
      total,
      recall: total > 0 ? (row[i] ?? 0) / total : null,
      cells: row.map((count, j) => ({ count, share: total > 0 ? count / total : 0, isRight: i === j })),
    };
  });
}

export function rightShare(counts: readonly (readonly number[])[]): number | null {
  const total = counts.flat().reduce((sum, count) => sum + count, 0);
  return total > 0 ? counts.reduce((sum, row, i) => sum + (row[i] ?? 0), 0) / total : null;
}

export const percent = (share: number | null): string =>
  share === null ? "–" : `${Math.round(share * 100)} %`;
