"""`python -m endpoints`: where botocore sends requests, by its endpoint rule sets.

First the partitions with their regions, then a line for each address that a service has:

    codedeploy fips https://codedeploy-fips.{region}.amazonaws.com aws aws-us-gov

A partition's name stands for all its regions. Where signatures are for another region than the
request's, `signed:REGION` stands after the address. `legacy` is `sts_regional_endpoints=legacy`.
"""

from collections import defaultdict

from botocore.args import LEGACY_GLOBAL_STS_REGIONS
from botocore.endpoint_provider import EndpointProvider
from botocore.loaders import Loader

# The services that cdnotify calls, by the names that their addresses begin with.
SERVICES = {
    "codedeploy": "codedeploy", "sts": "sts", "sns": "sns", "email": "sesv2", "ssm": "ssm",
    "secretsmanager": "secretsmanager", "cloudtrail": "cloudtrail", "portal.sso": "sso",
    "oidc": "sso-oidc", "signin": "signin", "dynamodb": "dynamodb",
}
VARIANTS = {"plain": (False, False), "fips": (True, False), "dualstack": (False, True), "both": (True, True)}

loader = Loader()
partitions_data = loader.load_data("partitions")
# Without the regions such as aws-global, which stand for services that have no region.
PARTITIONS = {
    each["id"]: sorted(name for name in each["regions"] if not name.endswith("-global"))
    for each in partitions_data["partitions"]
}


def address(provider, region, fips, dualstack, **more):
    found = provider.resolve_endpoint(Region=region, UseFIPS=fips, UseDualStack=dualstack, **more)
    schemes = found.properties.get("authSchemes", [])
    signed = next((each["signingRegion"] for each in schemes if "signingRegion" in each), region)
    # A label of the host name, and not a part of another region's name.
    url = found.url.replace(f".{region}.", ".{region}.").replace(f"//{region}.", "//{region}.")
    return url if signed == region else f"{url} signed:{signed}"


def lines():
    for name, regions in PARTITIONS.items():
        yield f"partition {name} {' '.join(regions)}"
    for service, model in SERVICES.items():
        rules = loader.load_service_model(model, "endpoint-rule-set-1")
        provider = EndpointProvider(rules, partitions_data)
        cases = [(variant, *flags, {}) for variant, flags in VARIANTS.items()]
        if service == "sts":
            cases.append(("legacy", False, False, {"UseGlobalEndpoint": True}))
        for variant, fips, dualstack, more in cases:
            yield from grouped(service, variant, lambda region: address(
                provider, region, fips, dualstack,
                # botocore sets it for the regions that were there when the global one was all.
                **(more if region in LEGACY_GLOBAL_STS_REGIONS else {})))


def grouped(service, variant, address_of):
    places = defaultdict(list)
    for partition, regions in PARTITIONS.items():
        by_address = defaultdict(list)
        for region in regions:
            by_address[address_of(region)].append(region)
        for found, those in by_address.items():
            places[found] += [partition] if len(those) == len(regions) else those
    for found, those in places.items():
        yield f"{service} {variant} {found} {' '.join(those)}"


if __name__ == "__main__":
    print("\n".join(lines()))
