"""`python -m unittest second_dynamodb.selftest` in Tests/Peers."""

import json
import socket
import subprocess
import sys
import unittest
from pathlib import Path
from urllib.parse import urlsplit

import boto3
from botocore.exceptions import ClientError


class SecondDynamoDB(unittest.TestCase):
    def test_it_serves_dynamodb_on_loopback_and_ends_with_its_input(self):
        process = subprocess.Popen(
            [sys.executable, "-m", "second_dynamodb"], cwd=Path(__file__).parent.parent,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        endpoint = json.loads(process.stdout.readline())["endpoint"]
        place = (urlsplit(endpoint).hostname, urlsplit(endpoint).port)
        self.assertEqual(place[0], "127.0.0.1")
        client = boto3.client("dynamodb", endpoint_url=endpoint, region_name="eu-west-1",
                              aws_access_key_id="key", aws_secret_access_key="secret")
        client.create_table(TableName="table", BillingMode="PAY_PER_REQUEST",
                            AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
                            KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}])
        item = {"TableName": "table", "Item": {"k": {"S": "1"}}, "ConditionExpression": "attribute_not_exists(k)"}
        client.put_item(**item)
        with self.assertRaises(ClientError) as failure:
            client.put_item(**item)
        self.assertEqual(failure.exception.response["Error"]["Code"], "ConditionalCheckFailedException")

        process.stdin.close()
        process.stdout.close()
        self.assertEqual(process.wait(timeout=10), 0)
        with socket.socket() as connection:
            self.assertNotEqual(connection.connect_ex(place), 0)


if __name__ == "__main__":
    unittest.main()
