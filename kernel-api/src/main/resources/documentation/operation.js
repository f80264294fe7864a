// Draws one operation: what it does, what it takes, what it answers, and how to call it.

import {codeBlock, element} from './elements.js';
import {inline, prose} from './prose.js';
import {limits, schemaElements, typeName} from './schema.js';

const JSON_TYPE = 'application/json';

const CALLERS = {
  operatorKey: {label: 'Operator key', variable: 'OPERATOR_KEY'},
  agentToken: {label: 'Agent token', variable: 'AGENT_TOKEN'},
};

/** The article of one operation. */
export function operationElement(api, operation) {
  const caller = CALLERS[Object.keys(operation.security?.[0] ?? {})[0]];
  return element('article', {class: 'operation', id: operation.operationId, 'aria-labelledby': `${operation.operationId}-title`},
      element('div', {class: 'operation-main'},
          element('h3', {id: `${operation.operationId}-title`},
              element('a', {class: 'anchor', href: `#${operation.operationId}`}, operation.summary)),
          element('p', {class: 'endpoint'}, methodElement(operation.method), pathElement(operation.path)),
          element('p', {class: 'facts'}, facts(operation, caller)),
          prose(operation.description),
          parametersElement(api, operation.parameters),
          bodyElement(api, operation.requestBody),
          responsesElement(api, operation.responses)),
      element('div', {class: 'operation-side'},
          codeBlock('Request', curl(api, operation, caller)),
          sideExamples(api, operation)));
}

/** A method as a coloured label. */
export function methodElement(method) {
  return element('span', {class: `method ${method.toLowerCase()}`}, method);
}

/** One response, folded; a success is open. */
export function responseElement(api, response) {
  const content = response.content?.[JSON_TYPE];
  const success = response.status.startsWith('2');
  return element('details', {class: 'response', open: success},
      element('summary', null,
          element('span', {class: `code-label s${response.status[0]}`}, response.status),
          element('span', {class: 'response-text'}, inline(response.description)),
          errorCodes(api, content)),
      element('div', {class: 'response-body'},
          headersElement(api, response.headers),
          content ? schemaElements(api, content.schema) : null,
          success ? null : examplesOf(content).map((each) => codeBlock(each.summary ?? 'Example', pretty(each.value), 'json'))));
}

function pathElement(path) {
  const parts = path.split(/(\{[^}]+\})/).map((part) => (part.startsWith('{') ? element('em', null, part) : part));
  return element('code', {class: 'path'}, parts);
}

function facts(operation, caller) {
  const limit = operation['x-rate-limit'];
  return [
    element('span', {class: `fact ${caller ? 'locked' : 'open'}`}, caller?.label ?? 'No token'),
    limit ? element('span', {class: 'fact', title: `Rate limit category ${limit.category}`},
        `${limit.requests} per ${limit.window}, per ${limit.per}`) : element('span', {class: 'fact'}, 'Not limited'),
  ];
}

function parametersElement(api, parameters) {
  if (parameters.length === 0) {
    return null;
  }
  return [element('h4', null, 'Parameters'), element('ul', {class: 'fields'}, parameters.map((parameter) =>
      element('li', null,
          element('div', {class: 'field-head'},
              element('code', {class: 'field-name'}, parameter.name),
              element('span', {class: 'place'}, parameter.in),
              element('span', {class: 'type'}, typeName(api, parameter.schema)),
              parameter.required ? element('span', {class: 'required'}, 'required') : null),
          element('div', {class: 'field-text'}, prose(parameter.description)),
          element('div', {class: 'limits'}, limits(api, parameter.schema)))))];
}

function bodyElement(api, body) {
  if (body === undefined) {
    return null;
  }
  return [element('h4', null, 'Body'), element('p', null, inline(body.description)),
    schemaElements(api, body.content[JSON_TYPE].schema)];
}

function responsesElement(api, responses) {
  return [element('h4', null, 'Answers'),
    element('div', {class: 'responses'}, api.responses(responses).map((response) => responseElement(api, response)))];
}

function errorCodes(api, content) {
  const schema = content ? api.flattened(content.schema) : {};
  const codes = (schema.oneOf ?? [schema]).map((option) => api.flattened(option).properties?.error?.const)
      .filter((code) => code !== undefined);
  return codes.length === 0 ? null
      : element('span', {class: 'error-codes'}, codes.map((code) => element('code', null, code)));
}

function headersElement(api, headers) {
  if (headers === undefined) {
    return null;
  }
  return element('details', {class: 'nested headers'},
      element('summary', null, 'Headers: ', Object.keys(headers).join(', ')),
      element('ul', {class: 'fields'}, Object.entries(headers).map(([name, value]) => {
        const header = api.resolve(value);
        return element('li', null,
            element('div', {class: 'field-head'}, element('code', {class: 'field-name'}, name),
                element('span', {class: 'type'}, typeName(api, header.schema)),
                element('code', {class: 'sample'}, String(header.example))),
            element('p', {class: 'field-text'}, inline(header.description)));
      })));
}

function sideExamples(api, operation) {
  return api.responses(operation.responses).filter((response) => response.status.startsWith('2'))
      .flatMap((response) => examplesOf(response.content?.[JSON_TYPE]).map((example) =>
          codeBlock(`Answer ${response.status}${example.summary ? `: ${example.summary}` : ''}`, pretty(example.value), 'json')));
}

function examplesOf(content) {
  if (content === undefined) {
    return [];
  }
  return content.example !== undefined ? [{value: content.example}] : Object.values(content.examples ?? {});
}

function pretty(value) {
  return JSON.stringify(value, null, 2);
}

function curl(api, operation, caller) {
  const path = operation.parameters.filter((parameter) => parameter.in === 'path')
      .reduce((text, parameter) => text.replace(`{${parameter.name}}`, parameter.example), operation.path);
  const lines = [`curl ${operation.method === 'GET' ? '' : `-X ${operation.method} `}'${location.origin}${path}'`];
  if (caller) {
    lines.push(`-H "Authorization: Bearer $${caller.variable}"`);
  }
  const body = examplesOf(operation.requestBody?.content[JSON_TYPE])[0];
  if (body) {
    lines.push(`-H 'Content-Type: ${JSON_TYPE}'`, `-d '${pretty(body.value).replaceAll("'", "'\\''")}'`);
  }
  return lines.join(' \\\n  ');
}
