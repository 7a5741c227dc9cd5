// What several checks expect.
import assert from "node:assert/strict";

/** Asks, and expects an answer without errors. */
export const data = async (asking) => {
  const { data, errors } = await asking;
  assert.deepEqual(errors.map((error) => error.message), [], "no errors");
  return data;
};

/** Asks, and expects one error with this code. */
export const refusal = async (asking, code) => assert.deepEqual((await asking).codes, [code]);

/** These fields are null and named in `withheld`. */
export const withheld = (row, ...fields) => {
  for (const field of fields) {
    assert.equal(row[field], null, `${field} is null`);
    assert.ok(row.withheld.includes(field), `${field} is named in withheld`);
  }
};

/** Walks through `count` pages of `size` rows by cursor: they are disjoint, and together one page of all these rows. */
export const pages = async (page, size, count) => {
  const rows = [];
  let after;
  for (let number = 0; number < count; number += 1) {
    const { nodes, pageInfo } = await page({ first: size, after });
    assert.equal(nodes.length, size, `page ${number} is full`);
    assert.equal(pageInfo.hasPreviousPage, number > 0);
    rows.push(...nodes.map((node) => node.id));
    after = pageInfo.endCursor;
  }
  assert.equal(new Set(rows).size, size * count, "no row is on two pages");
  const whole = await page({ first: size * count });
  assert.deepEqual(whole.nodes.map((node) => node.id), rows, "pages follow one another");
};

/** Figures that hang together: a suppressed cell has no count, and no other cell lacks one. */
export const figures = ({ total, cells, suppressedCells, missions }) => {
  assert.equal(typeof total, "number");
  assert.ok(total > 0 && missions.length > 0 && cells.length > 0);
  for (const cell of cells) assert.equal(cell.suppressed, cell.count === null);
  assert.equal(cells.filter((cell) => cell.suppressed).length, suppressedCells);
};
