#!/bin/sh
# A pipeline's deployment step: registers the repository's document, deploys, waits for the end and
# announces it. It ends with 0 if the deployment succeeded, and with 1 and the reason if it failed or
# was stopped.
#
#   deploy.sh APPLICATION GROUP BUNDLE_BUCKET BUNDLE_KEY
#
# The pipeline's role needs the permissions in docs/iam and, to create the deployment,
# codedeploy:CreateDeployment, GetDeploymentConfig, GetApplicationRevision and
# RegisterApplicationRevision.
# CDNOTIFY_STORE names the team's store; on ephemeral runners that is a DynamoDB table.
set -eu

application=$1 group=$2 bucket=$3 key=$4

if [ -f cdnotify.yml ]; then
  cdnotify register --file cdnotify.yml
fi

deployment=$(aws deploy create-deployment \
  --application-name "$application" --deployment-group-name "$group" \
  --s3-location "bucket=$bucket,key=$key,bundleType=zip" \
  --description "deployed-by: ${DEPLOYED_BY:-unknown}" \
  --query deploymentId --output text)
echo "Deployment $deployment of $application to $group"

cdnotify wait "$deployment" --timeout "${TIMEOUT:-60m}"
