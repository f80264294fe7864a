// Reads the OpenAPI document and answers questions about it.

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];

/** Fetches the document. */
export async function fetchDocument() {
  const response = await fetch('/openapi.json', {headers: {Accept: 'application/json'}});
  if (!response.ok) {
    throw new Error(`/openapi.json was answered with status ${response.status}.`);
  }
  return new ApiDocument(await response.json());
}

export class ApiDocument {
  constructor(root) {
    this.root = root;
  }

  get info() {
    return this.root.info;
  }

  /** The tags in the document's order, each with its operations. */
  sections() {
    const operations = this.#operations();
    return (this.root.tags ?? []).map((tag) => ({
      tag,
      anchor: tag.name.toLowerCase().replace(/[^a-z0-9]+/g, '-'),
      operations: operations.filter((operation) => operation.tags?.includes(tag.name)),
    }));
  }

  /** What a value stands for: a reference is followed, and what stands beside it wins. */
  resolve(value) {
    let resolved = value;
    for (let steps = 0; resolved?.$ref !== undefined; steps++) {
      if (steps > 20) {
        throw new Error(`The reference ${value.$ref} does not end.`);
      }
      const {$ref, ...beside} = resolved;
      resolved = {...this.#at($ref), ...beside};
    }
    return resolved;
  }

  /** The name of the schema that a reference leads to, or null when the value is no reference. */
  nameOf(value) {
    return value?.$ref?.startsWith('#/components/schemas/') ? value.$ref.split('/').pop() : null;
  }

  /** A schema with all of its allOf parts folded into one, for display. */
  flattened(value) {
    const {allOf, ...schema} = this.resolve(value);
    return (allOf ?? []).map((part) => this.flattened(part)).reduceRight((whole, part) => ({
      ...part,
      ...whole,
      properties: this.#mergedProperties(part.properties, whole.properties),
    }), schema);
  }

  /** Every code that an error may carry, with its meaning. */
  errorCodes() {
    const codes = this.root.components.schemas.Error.properties.error;
    return codes.enum.map((code) => ({code, meaning: codes['x-enum-descriptions']?.[code] ?? ''}));
  }

  /** Answers that belong to no operation, by status. */
  outsideOperations() {
    return this.responses(this.root['x-outside-operations'] ?? {});
  }

  /** Resolved responses in the order of their status. */
  responses(byStatus) {
    return Object.keys(byStatus).sort().map((status) => ({status, ...this.resolve(byStatus[status])}));
  }

  #operations() {
    return Object.entries(this.root.paths).flatMap(([path, item]) => Object.keys(item)
        .filter((member) => METHODS.includes(member))
        .map((method) => ({
          ...item[method],
          path,
          method: method.toUpperCase(),
          parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])].map((each) => this.resolve(each)),
        })));
  }

  #mergedProperties(base, refinement) {
    const merged = {...base};
    for (const [name, schema] of Object.entries(refinement ?? {})) {
      merged[name] = {...this.resolve(merged[name] ?? {}), ...this.resolve(schema)};
    }
    return merged;
  }

  #at(reference) {
    if (!reference.startsWith('#/')) {
      throw new Error(`The reference ${reference} leads out of the document.`);
    }
    return reference.slice(2).split('/')
        .map((part) => decodeURIComponent(part).replaceAll('~1', '/').replaceAll('~0', '~'))
        .reduce((value, part) => value?.[part], this.root);
  }
}
