mock_provider "aws" {
  mock_data "aws_iam_policy_document" {
    defaults = { json = "{}" }
  }

  mock_resource "aws_iam_role" {
    defaults = { arn = "arn:aws:iam::000000000000:role/mock" }
  }

  mock_resource "aws_lambda_alias" {
    defaults = { arn = "arn:aws:lambda:us-east-1:000000000000:function:mock:live" }
  }

  mock_resource "aws_lambda_function" {
    defaults = { version = "7" }
  }
}

run "creates_the_alias_at_the_published_version" {
  variables {
    name = "notification"

    common = {
      stage       = "dev"
      artefacts   = "artefacts"
      dist_dir    = "tests/fixtures"
      environment = { STAGE = "dev" }
      log_days    = 7
      tracing     = "PassThrough"
    }

    consumes = { messages = { arn = "arn:aws:sqs:us-east-1:000000000000:one", batch_size = 10 } }
  }

  assert {
    condition     = aws_lambda_alias.live.function_version == "7"
    error_message = "a new alias must have the published version"
  }

  assert {
    condition     = aws_lambda_event_source_mapping.this["messages"].function_name == "arn:aws:lambda:us-east-1:000000000000:function:mock:live"
    error_message = "the event source mapping must call the alias"
  }

  assert {
    condition     = aws_lambda_function.this.s3_key == aws_s3_object.this.key
    error_message = "the function must run the package that was uploaded"
  }
}
