"""What a request may not contain."""

from . import PeerTest


class Validation(PeerTest):
    def test_what_the_model_forbids(self):
        client = self.client(parameter_validation=False)
        self.assertCode("ValidationException", client.list_deployments, includeOnlyStatuses=["Done"])
        self.assertCode("ValidationException", client.get_application, applicationName="a" * 101)
        self.assertCode("ApplicationNameRequiredException", client.get_application)
        self.assertCode("SerializationException", client.get_application, applicationName=7)
        self.assertCode("SerializationException", client.batch_get_deployments, deploymentIds=[{"a": 1}])
        self.assertCode("ValidationError", self.client("sns", parameter_validation=False).publish, TopicArn="x")

    def test_limits_beside_the_model(self):
        client = self.client()
        ids = self.deployments(count=26)
        self.assertEqual(len(client.batch_get_deployments(deploymentIds=ids[:25])["deploymentsInfo"]), 25)
        self.assertCode("BatchLimitExceededException", client.batch_get_deployments, deploymentIds=ids)
        self.assertCode("BatchLimitExceededException", client.batch_get_applications, applicationNames=["a"] * 101)
        self.assertCode("ApplicationNameRequiredException", client.list_deployments, deploymentGroupName="prod")
        self.assertCode("DeploymentGroupNameRequiredException", client.list_deployments, applicationName="checkout")

    def test_unknown_things(self):
        client = self.client()
        [known] = self.deployments()
        self.assertEqual(len(client.batch_get_deployments(deploymentIds=["d-NOTTHERE0", known])["deploymentsInfo"]), 1)
        self.assertCode("DeploymentDoesNotExistException", client.get_deployment, deploymentId="d-NOTTHERE0")
        self.assertCode("InvalidDeploymentIdException", client.get_deployment, deploymentId="nonsense")
        self.assertCode("ApplicationDoesNotExistException", client.get_application, applicationName="nope")
        self.assertEqual(client.batch_get_applications(applicationNames=["nope"])["applicationsInfo"], [])

    def test_a_mistake_in_a_test_is_told(self):
        for body in ({"statsu": "Failed"}, {"overview": {"Succeded": 1}}, {"targets": [{"instanceTarget": {"x": 1}}]}):
            with self.assertRaises(ValueError):
                self.deployments(**body)
