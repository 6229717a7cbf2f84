import { graphql } from "@/gql";

export const sessionFragment = graphql(`
  fragment SessionParts on Session {
    accessToken
    accessTokenExpiresAt
    refreshToken
    refreshTokenExpiresAt
    user {
      id
      name
      email
      roles
    }
  }
`);

export const logInMutation = graphql(`
  mutation LogIn($input: LogInInput!) {
    logIn(input: $input) {
      session {
        ...SessionParts
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const registerMutation = graphql(`
  mutation Register($input: RegisterInput!) {
    register(input: $input) {
      session {
        ...SessionParts
      }
      userErrors {
        field
        message
        code
      }
    }
  }
`);

export const logOutMutation = graphql(`
  mutation LogOut($input: LogOutInput!) {
    logOut(input: $input) {
      ended
    }
  }
`);
