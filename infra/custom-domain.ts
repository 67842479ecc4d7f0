// The name of the API: a regional custom domain with its mapping, and an alias record where the zone is in Route 53.
import {
  ApiMapping,
  DomainName,
  EndpointType,
  type HttpApi,
  type HttpStage,
  SecurityPolicy,
} from 'aws-cdk-lib/aws-apigatewayv2';
import { Certificate } from 'aws-cdk-lib/aws-certificatemanager';
import { ARecord, HostedZone, RecordTarget } from 'aws-cdk-lib/aws-route53';
import { ApiGatewayv2DomainProperties } from 'aws-cdk-lib/aws-route53-targets';
import { Construct } from 'constructs';
import type { Config } from './config.ts';

export interface CustomDomainProps {
  readonly config: NonNullable<Config['domain']>;
  readonly api: HttpApi;
  readonly stage: HttpStage;
}

export class CustomDomain extends Construct {
  readonly url: string;
  /** The host that the name must lead to, by an alias or a CNAME record. */
  readonly target: string;

  constructor(scope: Construct, id: string, { config, api, stage }: CustomDomainProps) {
    super(scope, id);
    const { name, certificateArn, hostedZoneId } = config;
    const domainName = new DomainName(this, 'Name', {
      domainName: name,
      certificate: Certificate.fromCertificateArn(this, 'Certificate', certificateArn),
      endpointType: EndpointType.REGIONAL,
      // The highest that HTTP APIs have; it includes TLS 1.3.
      securityPolicy: SecurityPolicy.TLS_1_2,
    });
    new ApiMapping(this, 'Mapping', { api, domainName, stage });
    this.url = `https://${name}`;
    this.target = domainName.regionalDomainName;
    if (hostedZoneId !== undefined) {
      new ARecord(this, 'Alias', {
        zone: HostedZone.fromHostedZoneId(this, 'Zone', hostedZoneId),
        // The trailing dot makes the name absolute, so that the name of the zone need not be known.
        recordName: `${name}.`,
        target: RecordTarget.fromAlias(
          new ApiGatewayv2DomainProperties(domainName.regionalDomainName, domainName.regionalHostedZoneId),
        ),
        comment: 'The API of Moonborn chat sessions',
      });
    }
  }
}
