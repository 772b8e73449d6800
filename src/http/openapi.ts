import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { describeIdempotency } from './idempotency/idempotency.openapi';
import { describeCommonFailures } from './common-failures.openapi';
import { RESPONSE_HEADERS, describeHeaders } from './response-headers.openapi';
import type { OperationObject } from './response-headers.openapi';

type RequestBodyObject = Extract<OperationObject['requestBody'], { content: unknown }>;

const TAGS: Record<string, string> = {
  Billing: 'Buy a plan, see where the subscription stands, and what it costs.',
  'API Keys': 'Create, list, rename, expire, revoke and rotate keys.',
  Auth: 'Who the credential is that calls.',
  Webhooks: 'Where you hear of what happens, and how that went; and what Dodo Payments tells this service.',
  Organizations:
    'For whoever runs this instance, by `x-operator-token`: who may call, and whom they are at Dodo.',
  Operator:
    'For whoever runs this instance, by `x-operator-token`: what Dodo has sent, and whether it is all here.',
  Health: 'Whether the service is up.',
};

/** The OpenAPI 3.1 document that the decorators describe. */
function buildOpenApiDocument(app: NestFastifyApplication): OpenAPIObject {
  const builder = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Autoposting API')
    .setDescription(
      'Billing for social content that is written, scheduled and published by API. Every answer is ' +
        '`{ "success": boolean, "data": ... }`. Send an API key as `Authorization: Bearer sk-social-...` ' +
        'or as `x-api-key: sk-social-...`.',
    )
    .setVersion('1.0.0')
    .addServer('https://app.autoposting.ai/api-proxy', 'Production')
    .addSecurity('bearerAuth', {
      type: 'http',
      scheme: 'bearer',
      description: 'The API key as `Authorization: Bearer sk-social-...`',
    })
    .addSecurity('apiKeyHeader', {
      type: 'apiKey',
      in: 'header',
      name: 'x-api-key',
      description: 'The API key as `x-api-key: sk-social-...`',
    })
    .addSecurity('operatorToken', {
      type: 'apiKey',
      in: 'header',
      name: 'x-operator-token',
      description: 'The `OPERATOR_TOKEN` of this instance',
    })
    .addSecurityRequirements('bearerAuth')
    .addSecurityRequirements('apiKeyHeader');
  for (const [name, description] of Object.entries(TAGS)) builder.addTag(name, description);
  const document = SwaggerModule.createDocument(app, builder.build(), { ignoreGlobalPrefix: true });
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations) as [string, OperationObject][]) {
      tidy(operation, document);
      describeCommonFailures(path, method, operation);
      describeHeaders(operation);
    }
  }
  document.components!.headers = RESPONSE_HEADERS;
  delete document.info.contact;
  return document;
}

/**
 * Says everything once: defaults are not repeated, and a body's example stands beside its schema, not in it. A body that
 * has a default may be left out.
 */
function tidy(operation: OperationObject, document: OpenAPIObject): void {
  if (JSON.stringify(operation.security) === JSON.stringify(document.security)) delete operation.security;
  describeIdempotency(operation);
  if (operation.parameters?.length === 0) delete operation.parameters;
  const request = operation.requestBody as RequestBodyObject | undefined;
  const body = request?.content['application/json'];
  const schema = body?.schema as { example?: unknown; default?: unknown } | undefined;
  if (request && schema?.default !== undefined) request.required = false;
  if (body && schema && 'example' in schema) {
    body.example = schema.example;
    delete schema.example;
  }
}

/**
 * Built when it is first asked for. `/openapi.json` as it is published, and `/docs`: Swagger UI that tries things on this
 * very instance, with its document where Nest has it, at `/docs-json`.
 */
export function serveOpenApi(app: NestFastifyApplication, globalPrefix: string): void {
  let built: OpenAPIObject | null = null;
  const document = () => (built ??= buildOpenApiDocument(app));
  const base = globalPrefix === '' ? '' : `/${globalPrefix}`;
  app
    .getHttpAdapter()
    .getInstance()
    .get(`${base}/openapi.json`, (_request, reply) => reply.send(document()));
  const here = { url: base === '' ? '/' : base, description: 'This instance' };
  const documentHere = () => {
    const { info, servers = [], ...rest } = document();
    const description = `${info.description} This document as JSON: [openapi.json](${base}/openapi.json).`;
    return { ...rest, info: { ...info, description }, servers: [here, ...servers] };
  };
  SwaggerModule.setup('docs', app, documentHere, {
    useGlobalPrefix: true,
    raw: ['json'],
    customSiteTitle: 'Autoposting API',
    swaggerOptions: { persistAuthorization: true, displayRequestDuration: true, tryItOutEnabled: true },
  });
}
