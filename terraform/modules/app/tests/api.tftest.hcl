mock_provider "aws" {
  source = "./tests/mocks"
}

run "requires_the_authorizer_for_every_operation_that_is_not_public" {
  command = plan

  assert {
    condition = (
      local.routes["GET /api/me"] == { integration = "web-api", authorization = "CUSTOM" }
      && local.routes["GET /api/health"] == { integration = "web-api", authorization = "NONE" }
      && toset([for name, route in local.routes : name if route.authorization == "NONE" && route.integration == "web-api"]) == toset(concat(keys(local.public_rps), [local.other_route]))
    )
    error_message = "exactly the operations of public_rps must be public"
  }

  assert {
    condition = (
      toset([for name, route in local.routes : name if route.integration == "web-api"]) == toset(concat(local.operations, [local.other_route]))
      && length(local.operations) >= 25
    )
    error_message = "every operation of the contract must have a route"
  }
}

run "serves_the_dashboard_outside_of_the_api" {
  command = plan

  assert {
    condition = { for name, route in local.routes : name => route.authorization if route.integration == "web" } == {
      "GET /"          = "NONE"
      "HEAD /"         = "NONE"
      "GET /{proxy+}"  = "NONE"
      "HEAD /{proxy+}" = "NONE"
    }
    error_message = "the dashboard must have GET and HEAD of all paths, without a sign-in"
  }

  assert {
    condition     = local.routes["ANY /api/{proxy+}"] == { integration = "web-api", authorization = "NONE" }
    error_message = "paths below /api must stay with the API, which responds to unknown ones"
  }

  assert {
    condition     = alltrue([for route in keys(local.routes) : contains(keys(local.public_rps), route) || contains(keys(local.page_rps), route) || contains(keys(local.mcp_rps), route) || local.routes[route].authorization == "CUSTOM" || route == local.other_route])
    error_message = "every route without a sign-in must have its own rate limit"
  }
}

run "serves_the_mcp_server_and_the_sign_in_of_its_clients" {
  command = plan

  assert {
    condition = { for name, route in local.routes : name => route.authorization if route.integration == "mcp" } == {
      "ANY /mcp"                  = "NONE"
      "ANY /oauth/{proxy+}"       = "NONE"
      "ANY /.well-known/{proxy+}" = "NONE"
    }
    error_message = "the function mcp must get its paths without the authorizer, because its own 401 says where to sign in"
  }
}
