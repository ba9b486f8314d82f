"""What moto serves behind the same door."""

from concurrent.futures import ThreadPoolExecutor

from botocore.exceptions import ClientError

from . import PeerTest


class OtherServices(PeerTest):
    def test_published_messages_are_kept(self):
        topic = self.peer.post("topics", name="releases", region="eu-west-1")["topic_arn"]
        sns = self.client("sns", region="eu-west-1")
        sns.publish(TopicArn=topic, Subject="Hi", Message="there",
                    MessageAttributes={"event": {"DataType": "String", "StringValue": "failed"}})
        [message] = self.peer.get(f"sns?topic_arn={topic}")["messages"]
        self.assertEqual((message["subject"], message["region"], message["attributes"]),
                         ("Hi", "eu-west-1", {"event": "failed"}))
        self.assertCode("NotFound", sns.publish, TopicArn=topic + "x", Message="there")
        self.assertCode("InvalidParameter", sns.publish, TopicArn=topic, Message="x", Subject="two\nlines")
        fifo = self.peer.post("topics", name="releases.fifo", region="eu-west-1")["topic_arn"]
        self.assertCode("InvalidParameter", sns.publish, TopicArn=fifo, Message="there")
        sns.publish(TopicArn=fifo, Message="there", MessageGroupId="g", MessageDeduplicationId="d")

    def test_mail_from_verified_senders_is_kept(self):
        ses = self.client("sesv2")
        mail = dict(FromEmailAddress="ci@example.com", Destination={"ToAddresses": ["ada@example.com"]},
                    Content={"Simple": {"Subject": {"Data": "Hi"}, "Body": {"Text": {"Data": "there"}}}})
        self.assertCode("MessageRejected", ses.send_email, **mail)
        self.peer.post("identities", email="ci@example.com")
        ses.send_email(**mail)
        self.assertEqual(self.peer.get("ses")["messages"][0]["input"]["FromEmailAddress"], "ci@example.com")

    def test_mail_is_held_to_what_ses_takes(self):
        self.peer.post("identities", domain="example.com")
        self.peer.post("ses", configuration_sets=["releases"])
        ses = self.client("sesv2")

        def send(to=("ada@other.example",), sender="Bot <ci@example.com>", headers=(), subject="Hi", charset="UTF-8",
                 **more):
            content = {"Subject": {"Data": subject, **({"Charset": charset} if charset else {})},
                       "Body": {"Text": {"Data": "there"}},
                       "Headers": [{"Name": name, "Value": value} for name, value in headers]}
            ses.send_email(FromEmailAddress=sender, Destination={"ToAddresses": list(to)},
                           Content={"Simple": content}, **more)

        send()
        send(sender="=?utf-8?B?Qm90IMOW?= <ci@example.com>", ConfigurationSetName="releases", subject="Grüße",
             headers=[("References", "<a@b> <c@d>"), ("Auto-Submitted", "auto-generated")])
        for code, wrong in [
            ("BadRequestException", {"to": [f"a{number}@example.com" for number in range(51)]}),
            ("BadRequestException", {"to": ["ada"]}),
            ("BadRequestException", {"to": ["\u00e4da@example.com"]}),
            ("BadRequestException", {"sender": "B\u00f6t <ci@example.com>"}),
            ("BadRequestException", {"headers": [("Subject", "again")]}),
            ("BadRequestException", {"headers": [("References", "<a@b>"), ("references", "<c@d>")]}),
            ("ValidationException", {"headers": [("X-A", "two\r\nlines")]}),
            ("BadRequestException", {"subject": "two\nlines"}),
            ("BadRequestException", {"subject": "Gr\u00fc\u00dfe", "charset": None}),
            ("NotFoundException", {"ConfigurationSetName": "other"}),
            ("MessageRejected", {"sender": "ci@other.example"}),
        ]:
            self.assertCode(code, send, **wrong)
        self.peer.post("ses", sandbox=True)
        self.assertCode("MessageRejected", send)
        self.peer.post("identities", email="ada@other.example")
        send()
        self.assertEqual(len(self.peer.get("ses")["messages"]), 3)

    def test_parameters_secrets_and_tables(self):
        self.client("ssm").put_parameter(Name="/key", Value="v", Type="SecureString")
        self.assertEqual(self.client("ssm").get_parameter(Name="/key", WithDecryption=True)["Parameter"]["Value"], "v")
        self.client("secretsmanager").create_secret(Name="s", SecretString="hidden")
        self.assertEqual(self.client("secretsmanager").get_secret_value(SecretId="s")["SecretString"], "hidden")
        self.peer.post("parameters", name="/made", value="w")
        self.assertEqual(self.client("ssm").get_parameter(Name="/made", WithDecryption=True)["Parameter"]["Value"], "w")
        self.assertCode("ParameterNotFound", self.client("ssm").get_parameter, Name="/none")
        arn = self.peer.post("secrets", name="made", value="{}", region="eu-west-1")["arn"]
        secrets = self.client("secretsmanager", region="eu-west-1")
        self.assertEqual(secrets.get_secret_value(SecretId=arn)["SecretString"], "{}")
        self.assertCode("ResourceNotFoundException", secrets.get_secret_value, SecretId="none")
        dynamodb = self.client("dynamodb")
        dynamodb.create_table(TableName="t", BillingMode="PAY_PER_REQUEST",
                              AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                              KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])
        item = dict(TableName="t", Item={"k": {"S": "1"}}, ConditionExpression="attribute_not_exists(k)")
        dynamodb.put_item(**item)
        self.assertCode("ConditionalCheckFailedException", dynamodb.put_item, **item)

    def test_many_at_once_on_kept_connections(self):
        ids = self.deployments(count=25)
        self.client("dynamodb").create_table(
            TableName="t", BillingMode="PAY_PER_REQUEST", KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}])
        codedeploy = self.client(max_pool_connections=4)
        dynamodb = self.client("dynamodb", max_pool_connections=4)

        def claim(_):
            codedeploy.batch_get_deployments(deploymentIds=ids)
            try:
                dynamodb.put_item(TableName="t", Item={"k": {"S": "1"}}, ConditionExpression="attribute_not_exists(k)")
                return 1
            except ClientError:
                return 0

        with ThreadPoolExecutor(4) as threads:
            self.assertEqual(sum(threads.map(claim, range(40))), 1)
        reads = self.peer.get("requests?operation=BatchGetDeployments")["requests"]
        self.assertEqual(len(reads), 40)
        self.assertLessEqual(len({each["connection"] for each in reads}), 4)
