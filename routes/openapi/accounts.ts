import * as z from "zod";
import { credentials, passwordOnly, registration } from "../../db/auth/logins.ts";
import { paths } from "../../views/paths.ts";
import { done, Login } from "./nouns.ts";
import type { Group } from "./operation.ts";

const link = z.object({ token: z.string().meta({ description: "The end of the link" }) });

export const accounts: Group = {
  name: "Accounts",
  text: "Create an account, log in, log out.",
  operations: [
    {
      id: "register",
      method: "post",
      path: paths.register,
      summary: "Create an account",
      description: "The first account becomes the administrator.",
      access: "anybody",
      body: registration,
      example: { body: { username: "robot", password: "correct horse" } },
      answer: {
        text: "It exists: log in",
        schema: done("User registered successfully"),
        example: { message: "User registered successfully" },
      },
      errors: {
        conflict: "The name or the email is taken",
        forbidden: "Registration is closed",
        rate_limited: "Too many registrations from one address, or too many passwords are waiting to be hashed",
      },
    },
    {
      id: "login",
      method: "post",
      path: paths.login,
      summary: "Log in",
      description: "The token is good for as long as its session lives, which every use renews.",
      access: "anybody",
      body: credentials,
      example: { body: { username: "alice", password: "correct horse" } },
      answer: {
        text: "A session has begun",
        schema: Login,
        example: {
          token: "eyJhbGciOiJIUzI1NiJ9…",
          token_type: "bearer",
          username: "alice",
          expires_at: "2026-01-31T12:00:00.000Z",
        },
      },
      errors: {
        unauthenticated: "Invalid credentials",
        forbidden: "User is blocked",
        rate_limited: "Too many wrong passwords, or too many are waiting to be checked",
      },
    },
    {
      id: "logout",
      method: "post",
      path: paths.logout,
      summary: "Log out",
      description: "Ends the session, every socket of it, and the token.",
      access: "members",
      answer: { text: "The session has ended", schema: done("Logged out"), example: { message: "Logged out" } },
    },
    {
      id: "whoseReset",
      method: "get",
      path: paths.reset("{token}"),
      summary: "Whose password a link sets",
      description: "An administrator makes such a link for somebody whose password is lost. It works once.",
      access: "anybody",
      params: link,
      example: { params: { token: "$RESET" } },
      answer: { text: "The link works", schema: z.object({ username: z.string() }), example: { username: "bob" } },
    },
    {
      id: "resetPassword",
      method: "post",
      path: paths.reset("{token}"),
      summary: "Set a new password by a link",
      description: "It ends all sessions of the account.",
      access: "anybody",
      params: link,
      body: passwordOnly,
      example: { params: { token: "$RESET" }, body: { password: "better horse" } },
      errors: { rate_limited: "Too many passwords are waiting to be checked" },
      answer: { text: "Log in with it", schema: done("Password set"), example: { message: "Password set" } },
    },
  ],
};
