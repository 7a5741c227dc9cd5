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

/** The rows of a list. */
export const rows = ({ edges }) => edges.map(({ node }) => node);

/**
 * Walks through `count` pages of `size` rows by cursor: they are disjoint, and together one page of all these rows. A client
 * that keeps lists adds each page to what it has, and another one gives the page alone. `list` asks a client for a page.
 */
export const pages = async (connect, list, size, count, variables = {}) => {
  const client = connect();
  const ids = [];
  let after;
  for (let number = 0; number < count; number += 1) {
    const page = await list(client, { ...variables, first: size, after });
    const shown = rows(page).map(({ id }) => id);
    const before = client.keepsLists ? shown.slice(0, -size) : [];
    assert.deepEqual(before, client.keepsLists ? ids : [], `page ${number} comes behind what is there`);
    assert.equal(shown.length - before.length, size, `page ${number} is full`);
    assert.equal(page.pageInfo.hasPreviousPage, number > 0 && !client.keepsLists);
    ids.push(...shown.slice(-size));
    after = page.pageInfo.endCursor;
  }
  assert.equal(new Set(ids).size, size * count, "no row is on two pages");
  const whole = await list(connect(), { ...variables, first: size * count });
  assert.deepEqual(rows(whole).map(({ id }) => id), ids, "pages follow one another");
};

/** Figures that hang together: a suppressed cell has no count, and no other cell lacks one. */
export const figures = ({ total, cells, suppressedCells, missions }) => {
  assert.equal(typeof total, "number");
  assert.ok(total > 0 && missions.length > 0 && cells.length > 0);
  for (const cell of cells) assert.equal(cell.suppressed, cell.count === null);
  assert.equal(cells.filter((cell) => cell.suppressed).length, suppressedCells);
};
