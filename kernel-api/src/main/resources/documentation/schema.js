// Draws schemas: what a value may be, and the fields of an object.

import {element} from './elements.js';
import {inline} from './prose.js';

const NUMBERS = new Intl.NumberFormat('en');

/** The elements that describe one schema of a body. */
export function schemaElements(api, schema) {
  return alternatives(api, schema, 0);
}

/** The type of a value in a few words. */
export function typeName(api, value) {
  const schema = api.flattened(value ?? {});
  if (schema.const !== undefined) {
    return JSON.stringify(schema.const);
  }
  const options = schema.oneOf ?? schema.anyOf;
  if (options !== undefined && schema.properties === undefined) {
    return options.map((option) => typeName(api, option)).join(' or ');
  }
  const types = [schema.type ?? 'any'].flat();
  return types.map((type) => (type === 'array' && schema.items ? `array of ${itemName(api, schema.items)}` : type))
      .join(' or ');
}

/** The limits of a value, each as a small label. */
export function limits(api, value) {
  const schema = api.flattened(value ?? {});
  const bytes = schema['x-max-bytes'];
  const found = [
    range(schema.minLength, bytes === undefined ? schema.maxLength : undefined, 'characters'),
    range(undefined, bytes, 'bytes'),
    range(schema.minimum, schema.maximum, ''),
    range(schema.minItems, schema.maxItems, 'items'),
  ].filter((each) => each !== null).map((text) => element('span', {class: 'limit'}, text));
  if (schema.default !== undefined && schema.default !== '') {
    found.push(element('span', {class: 'limit'}, 'default ', element('code', null, String(schema.default))));
  }
  if (schema.format !== undefined && schema.format !== 'int64') {
    found.push(element('span', {class: 'limit'}, schema.format));
  }
  if (schema.pattern !== undefined && schema.format === undefined) {
    found.push(element('span', {class: 'limit pattern'}, 'matches ', element('code', null, schema.pattern)));
  }
  for (const choice of schema.const === undefined ? schema.enum ?? [] : []) {
    found.push(element('span', {class: 'limit'}, element('code', null, String(choice))));
  }
  return found;
}

function itemName(api, items) {
  return api.nameOf(items) ?? typeName(api, items);
}

function range(least, most, unit) {
  const label = (text) => (unit === '' ? text : `${text} ${unit}`);
  if (least !== undefined && least === most) {
    return label(`exactly ${NUMBERS.format(least)}`);
  }
  if (least !== undefined && most !== undefined) {
    return label(`${NUMBERS.format(least)} to ${NUMBERS.format(most)}`);
  }
  if (most !== undefined) {
    return label(`at most ${NUMBERS.format(most)}`);
  }
  if (least === 1 && unit !== '') {
    return 'not empty';
  }
  return least === undefined || least === 0 ? null : label(`at least ${NUMBERS.format(least)}`);
}

function alternatives(api, value, depth) {
  const schema = api.flattened(value);
  const options = schema.oneOf ?? schema.anyOf;
  const parts = [];
  if (schema.properties !== undefined) {
    parts.push(fields(api, schema, depth));
  }
  if (options !== undefined) {
    parts.push(element('p', {class: 'one-of'}, 'One of:'), options.map((option, index) => {
      const name = api.nameOf(option) ?? api.flattened(option).title ?? `Form ${index + 1}`;
      return folded(name, alternatives(api, option, depth + 1), false);
    }));
  }
  return parts;
}

function fields(api, schema, depth) {
  const required = new Set(schema.required ?? []);
  return element('ul', {class: 'fields'}, Object.entries(schema.properties).map(([name, property]) =>
      field(api, name, property, required.has(name), depth)));
}

function field(api, name, property, required, depth) {
  const schema = api.flattened(property);
  return element('li', null,
      element('div', {class: 'field-head'},
          element('code', {class: 'field-name'}, name),
          element('span', {class: 'type'}, typeName(api, property)),
          required ? element('span', {class: 'required'}, 'required') : null),
      schema.description ? element('p', {class: 'field-text'}, inline(schema.description)) : null,
      limitLine(api, property),
      nested(api, property, depth));
}

function limitLine(api, property) {
  const found = limits(api, property);
  return found.length === 0 ? null : element('div', {class: 'limits'}, found);
}

function nested(api, property, depth) {
  const schema = api.flattened(property);
  const inner = schema.items ?? (schema.oneOf ?? []).find((option) => api.flattened(option).properties) ?? property;
  if (api.flattened(inner).properties === undefined) {
    return schema.items ? itemLimits(api, schema.items) : null;
  }
  const name = api.nameOf(inner) ?? (schema.items ? 'entry' : 'the object');
  return folded(`Fields of ${schema.items ? 'each ' : ''}${name}`, alternatives(api, inner, depth + 1), depth === 0);
}

function itemLimits(api, items) {
  const found = limits(api, items);
  return found.length === 0 ? null : element('div', {class: 'limits'}, element('span', {class: 'each'}, 'each:'), found);
}

function folded(title, content, open) {
  return element('details', {class: 'nested', open}, element('summary', null, title), content);
}
