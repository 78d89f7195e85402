import { protocolOf, writeError, type AwsCall, type WireAnswer } from './wire.ts';

/** Operations whose permission has another name than they have (IAM service authorization reference). */
const otherNames: Readonly<Record<string, string>> = {
  's3:ListBuckets': 's3:ListAllMyBuckets',
  'elbv2:DescribeLoadBalancers': 'elasticloadbalancing:DescribeLoadBalancers',
  'elbv2:DescribeLoadBalancerAttributes': 'elasticloadbalancing:DescribeLoadBalancerAttributes',
  'apigateway:GetRestApis': 'apigateway:GET',
  'apigateway:GetStages': 'apigateway:GET',
  'apigatewayv2:GetApis': 'apigateway:GET',
  'apigatewayv2:GetStages': 'apigateway:GET',
  's3:HeadBucket': 's3:ListBucket',
  's3:GetBucketEncryption': 's3:GetEncryptionConfiguration',
  's3:GetBucketLifecycleConfiguration': 's3:GetLifecycleConfiguration',
  's3:GetBucketReplication': 's3:GetReplicationConfiguration',
  's3:GetBucketNotificationConfiguration': 's3:GetBucketNotification',
  's3:GetObjectLockConfiguration': 's3:GetBucketObjectLockConfiguration',
  's3:GetPublicAccessBlock': 's3:GetBucketPublicAccessBlock',
  's3control:GetPublicAccessBlock': 's3:GetAccountPublicAccessBlock',
  's3-control:GetPublicAccessBlock': 's3:GetAccountPublicAccessBlock',
};

/** The IAM action that a caller needs for `service:Operation`; undefined where everybody may. Written down apart from the call table. */
export function permissionFor(call: string): string | undefined {
  return call === 'sts:GetCallerIdentity' ? undefined : (otherNames[call] ?? call);
}

/** What a call needs its permission on, as IAM names it: a role, an API or its stages; `*` for calls that name nothing. */
export function resourceOf({ service, operation, region, input }: AwsCall): string {
  const text = (member: string): string => {
    const value = input[member];
    return typeof value === 'string' ? value : '';
  };
  const paths: Readonly<Record<string, string>> = {
    'apigateway:GetRestApis': '/restapis',
    'apigateway:GetStages': `/restapis/${text('restApiId')}/stages`,
    'apigatewayv2:GetApis': '/apis',
    'apigatewayv2:GetStages': `/apis/${text('ApiId')}/stages`,
  };
  const path = paths[`${service}:${operation}`];
  return path === undefined ? text('RoleArn') || '*' : `arn:aws:apigateway:${region}::${path}`;
}

/** How a service says that its caller's policies do not allow a call. */
export function writeDenial(
  call: Pick<AwsCall, 'service' | 'operation'>,
  principal: string,
  requestId: string,
): WireAnswer {
  const protocol = protocolOf(call.service);
  const xml = protocol === 'query' || protocol === 'rest-xml';
  const action = permissionFor(`${call.service}:${call.operation}`) ?? '';
  return writeError(
    call.service,
    {
      code:
        protocol === 'ec2'
          ? 'UnauthorizedOperation'
          : call.service === 'sns'
            ? 'AuthorizationError'
            : xml
              ? 'AccessDenied'
              : 'AccessDeniedException',
      message: `User: ${principal} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`,
      status: xml || protocol === 'ec2' ? 403 : 400,
    },
    requestId,
  );
}
