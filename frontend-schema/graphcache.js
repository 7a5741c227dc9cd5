// What urql's Graphcache has to know: which objects have no id and live in the object that they belong to, and that a list
// grows by the page that was asked for last.
import { relayPagination } from "@urql/exchange-graphcache/extras";
import { lists, withoutId } from "./generated/cache.js";

const pagination = relayPagination();

// Graphcache's own resolver does not find a page that was asked for without any argument, and its answer would be lost: the
// cache knows such a field by its name alone.
const withArguments = (cache) => {
  const found = (field) => ({ ...field, arguments: field.arguments ?? {} });
  const some = (args) => (args && Object.keys(args).length > 0 ? args : undefined);
  return Object.create(cache, {
    inspectFields: { value: (entity) => cache.inspectFields(entity).map(found) },
    resolve: { value: (entity, field, args) => cache.resolve(entity, field, some(args)) },
  });
};

const growing = (parent, args, cache, info) => pagination(parent, args, withArguments(cache), info);

export const keys = Object.fromEntries(withoutId.map((type) => [type, () => null]));

export const resolvers = Object.fromEntries(
  Object.entries(lists).map(([type, fields]) => [
    type,
    Object.fromEntries(Object.keys(fields).map((name) => [name, growing])),
  ]),
);
